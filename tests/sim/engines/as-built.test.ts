import { describe, expect, it } from 'vitest'
import { pendulum } from '../../../bridge/bench/fidelity/scenes/pendulum.ts'
import { puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { createDisturbance, type Engine, type Physics } from '../../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { nominalPhysics } from './mujoco-fixtures.ts'

const TIMESTEP_S = 0.002
const WEIGHT_N = 0.2 * 9.81

const ENGINES: [string, (arm: ArmModel) => Promise<Engine>][] = [
  [
    'Rapier',
    (arm) => createRapierEngine({ arm, objects: ['cylinder'], count: 1, timestepS: TIMESTEP_S }),
  ],
  [
    'MuJoCo',
    (arm) => createMujocoEngine({ arm, objects: ['cylinder'], count: 1, timestepS: TIMESTEP_S }),
  ],
]

describe.each(ENGINES)('an arm and an object as built, in %s', (_name, create) => {
  /** A pendulum over a table, its puck out of reach, with what `change` makes of its physics. */
  async function withPhysics<T>(
    change: (physics: Physics) => void,
    play: (engine: Engine, run: (seconds: number) => void) => T,
    arm = pendulum(),
  ): Promise<T> {
    const engine = await create(arm)
    try {
      const physics = nominalPhysics(arm)
      change(physics)
      engine.reset(0, physics, puckStart(physics, [0], 0.35))
      engine.setTarget(0, Float64Array.of(0))
      return play(engine, (seconds) => {
        for (let step = 0; step < Math.round(seconds / TIMESTEP_S); step++) engine.step()
      })
    } finally {
      engine.dispose()
    }
  }

  it('a longer link carries its tool and its weight further out', async () => {
    await withPhysics(
      (physics) => {
        physics.linkLengthScale[0] = 1.1
        physics.linkComOffsetM[0] = 0.02
      },
      (engine, run) => {
        run(4)
        const { q, tip } = engine.state(0)
        // k q = m g l cos q with l = 1.1 · 0.15 + 0.02 m; the tool at 1.1 · 0.2 m.
        expect(8.9 * q[0]!).toBeCloseTo(WEIGHT_N * 0.185 * Math.cos(q[0]!), 3)
        expect(tip[0]).toBeCloseTo(0.22 * Math.cos(q[0]!), 5)
        expect(tip[2]).toBeCloseTo(0.5 - 0.22 * Math.sin(q[0]!), 5)
      },
    )
  })

  it('a supply that sags makes the servo softer', async () => {
    await withPhysics(
      (physics) => {
        physics.voltageSag = 0.5
      },
      (engine, run) => {
        run(4)
        const q = engine.state(0).q[0]!
        const torque = WEIGHT_N * 0.15 * Math.cos(q)
        // A motor at torque / stall of 1.9 Nm costs half of that share of the voltage.
        expect(8.9 * (1 - (0.5 * torque) / 1.9) * q).toBeCloseTo(torque, 3)
      },
    )
  })

  it('a supply that sags also makes it weaker', async () => {
    await withPhysics(
      (physics) => {
        physics.voltageSag = 0.4
        physics.linkMassKg[0] = 1.1
      },
      (engine, run) => {
        // 1.1 · 9.81 · 0.15 = 1.62 Nm: below the stall torque of 1.9 Nm. But it costs a third of the voltage.
        engine.setTarget(0, Float64Array.of(-0.5))
        run(3)
        expect(engine.state(0).q[0]!).toBeGreaterThan(0.05)
      },
    )
  })

  it('a dead band leaves small errors alone', async () => {
    await withPhysics(
      (physics) => {
        physics.deadBandRad[0] = 0.02
        physics.coulombNm[0] = 0.001
      },
      (engine, run) => {
        engine.setTarget(0, Float64Array.of(0.019))
        run(1)
        expect(Math.abs(engine.state(0).q[0]!)).toBeLessThan(1e-4)
        engine.setTarget(0, Float64Array.of(0.05))
        run(2)
        expect(Math.abs(engine.state(0).q[0]! - 0.05)).toBeLessThan(0.02)
        expect(engine.state(0).q[0]!).toBeGreaterThan(0.02)
      },
      pendulum([0, 0, 1]),
    )
  })

  it('a push at the tool bends the servo, and one on an object speeds it up', async () => {
    await withPhysics(
      (physics) => {
        physics.objects[0]!.frictionTable = 0
      },
      (engine, run) => {
        const { q, objects } = engine.state(0)
        run(0.02)
        const push = createDisturbance(1)
        push.objects[0]![1] = 0.04
        engine.disturb(0, push)
        run(0.5)
        // F t / m = 0.04 · 0.5 / 0.08 m/s.
        expect(objects[0]!.velocity[1]!).toBeCloseTo(0.25, 3)
        push.objects[0]![1] = 0
        push.tool[1] = 1
        engine.disturb(0, push)
        run(0.2)
        expect(objects[0]!.velocity[1]!).toBeCloseTo(0.25, 3)
        run(3)
        // F r cos q = k q with r = 0.2 m.
        expect(8.9 * q[0]!).toBeCloseTo(0.2 * Math.cos(q[0]!), 3)
      },
      pendulum([0, 0, 1]),
    )
  })

  it('an object falls over when its centre of mass is outside its edge', async () => {
    // Its radius is 30 mm.
    const height = (comX: number) =>
      withPhysics(
        (physics) => {
          physics.objects[0]!.comM[0] = comX
        },
        (engine, run) => {
          run(1)
          const { quaternion } = engine.state(0).objects[0]!
          // Cosine of the angle between the object's axis and the vertical.
          return 1 - 2 * (quaternion[0]! ** 2 + quaternion[1]! ** 2)
        },
      )
    expect(await height(0.01)).toBeGreaterThan(0.999)
    expect(await height(0.033)).toBeLessThan(0.99)
  })
})
