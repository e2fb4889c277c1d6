import { beforeAll, describe, expect, it } from 'vitest'
import { nominalPhysics, puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import type { ArmState, Engine, Physics, Start } from '../../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { yawOf } from './rapier-fixture.ts'

const arm = compileArm(loadArmDescription('so101'))
const LOW = Float64Array.from(arm.restPose)
LOW[1] = LOW[1]! + 0.26
const objects = ['cylinder'] as const
const DEGREE = Math.PI / 180

let rapier: Engine
let mujoco: Engine
beforeAll(async () => {
  rapier = await createRapierEngine({ arm, objects, count: 1 })
  mujoco = await createMujocoEngine({ arm, objects, count: 1, timestepS: 0.008, substeps: 8 })
  return () => {
    rapier.dispose()
    mujoco.dispose()
  }
})

/** Sweeps the shoulder by `sweepRad` from a start with physics, the same in either engine. */
function swept(engine: Engine, physics: Physics, start: Start, sweepRad: number): ArmState {
  engine.reset(0, physics, start)
  const target = Float64Array.from(start.q)
  for (let i = 0; i < 260; i++) {
    target[0] = start.q[0]! + Math.min(sweepRad, Math.max(0, i - 40) * 0.0045)
    engine.setTarget(0, target)
    engine.step()
  }
  return structuredClone(engine.state(0))
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!

describe('the Rapier engine beside MuJoCo, which integrates joints and contacts itself', () => {
  it('pushes the puck of nine draws to the same place and turn', () => {
    const distances: number[] = []
    const turns: number[] = []
    for (let seed = 0; seed < 9; seed++) {
      const random = new RandomStream(seed, 2)
      const physics = nominalPhysics(arm, {
        massKg: random.logBetween(0.02, 0.2),
        frictionTable: random.between(0.15, 0.8),
        frictionTip: random.between(0.1, 0.8),
        tiltXRad: random.between(-0.03, 0.03),
        tiltYRad: random.between(-0.03, 0.03),
      })
      const x = random.between(0.174, 0.196)
      const start = puckStart(physics, LOW, x, -0.055, 0.4)
      const sweepRad = random.between(0.35, 0.6)
      const a = swept(rapier, physics, start, sweepRad).objects[0]!
      const b = swept(mujoco, physics, start, sweepRad).objects[0]!
      const [dx, dy] = [0, 1].map((k) => a.position[k]! - b.position[k]!)
      distances.push(Math.hypot(dx!, dy!))
      turns.push(Math.abs(yawOf(a.quaternion) - yawOf(b.quaternion)))
      expect(Math.hypot(b.position[0]! - x, b.position[1]! + 0.055)).toBeGreaterThan(0.02)
    }
    expect(median(distances)).toBeLessThan(0.003)
    expect(Math.max(...distances)).toBeLessThan(0.015)
    expect(median(turns)).toBeLessThan(8 * DEGREE)
  })

  it.each([0.05, 0.1, 0.15])(
    'is held up as much by a jammed object, pushed %f rad into it',
    (over) => {
      const physics = nominalPhysics(arm, { massKg: 20, frictionTable: 1 })
      physics.coulombNm.fill(0)
      const apart = puckStart(physics, LOW, -0.3, 0.2)
      const free = swept(mujoco, physics, apart, 0)
      const start = puckStart(physics, free.q, free.tip[0]!, free.tip[1]! - 0.045)
      const a = swept(rapier, physics, start, over)
      const b = swept(mujoco, physics, start, over)
      const torque = (state: ArmState) =>
        arm.stiffnessNmPerRad[0]! * (start.q[0]! + over - state.q[0]!)
      expect(torque(b)).toBeGreaterThan(0.15)
      expect(Math.abs(torque(a) / torque(b) - 1)).toBeLessThan(0.1)
      if (over < 0.12) {
        for (let i = 0; i < arm.numJoints; i++) {
          expect(Math.abs(a.q[i]! - b.q[i]!)).toBeLessThan(0.3 * DEGREE)
        }
      }
    },
  )
})
