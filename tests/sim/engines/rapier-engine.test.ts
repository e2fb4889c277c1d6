import { afterEach, describe, expect, it } from 'vitest'
import {
  nominalPhysics,
  puckStart,
  type TableWorld,
} from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import type { Engine, ObjectState, Physics } from '../../../sim/engines/engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { tableHeightAt } from '../../../sim/scene/table.ts'
import { TIP_TABLE_CONTACT } from '../../../sim/scene/tip.ts'

const arm = compileArm(loadArmDescription('so101'))
/** Tool some 14 mm above the table, 19 cm in front. */
const LOW = Float64Array.from(arm.restPose)
LOW[1] = LOW[1]! + 0.26
const objects = ['cylinder'] as const

let engine: Engine
afterEach(() => engine.dispose())

const physics = (world: TableWorld = {}): Physics => nominalPhysics(arm, world)
const puck = (index: number): ObjectState => engine.state(index).objects[0]!

/** Places an arm anew, its puck at x and y. */
function reset(index: number, given: Physics, x: number, y: number, q = LOW): void {
  engine.reset(index, given, puckStart(given, q, x, y, 0.4))
}

/** A set-point that sweeps the tool sideways along the table, its pace and reach drawn. */
function sweep(seed: number): (step: number) => Float64Array {
  const random = new RandomStream(seed, 1)
  const [pace, far, lift] = [
    random.between(60, 120),
    random.between(0.3, 0.7),
    random.between(0, 0.05),
  ]
  const target = Float64Array.from(LOW)
  return (step) => {
    target[0] = LOW[0]! - far * Math.sin(step / pace)
    target[1] = LOW[1]! + lift * Math.sin(step / 40)
    return target
  }
}

function drawn(seed: number): Physics {
  const random = new RandomStream(seed, 2)
  const drawnPhysics = physics({
    massKg: random.between(0.02, 0.2),
    frictionTable: random.between(0.15, 0.8),
    frictionTip: random.between(0.1, 0.8),
    radiusM: random.between(0.025, 0.035),
    halfHeightM: random.between(0.015, 0.022),
    tiltXRad: random.between(-0.03, 0.03),
    tiltYRad: random.between(-0.03, 0.03),
    heightM: random.between(-0.01, 0.01),
  })
  return drawnPhysics
}

/** Every number of the arm's state over a run of 400 steps. */
function trace(index: number, seed: number, others: (step: number) => void = () => {}): number[] {
  const target = sweep(seed)
  reset(index, drawn(seed), 0.19, 0.06)
  const numbers: number[] = []
  for (let i = 0; i < 400; i++) {
    engine.setTarget(index, target(i))
    others(i)
    engine.step()
    const { objects: poses, ...joints } = engine.state(index)
    for (const part of [joints, ...poses]) {
      for (const values of Object.values(part)) numbers.push(...values)
    }
  }
  return numbers
}

async function create(count: number): Promise<void> {
  engine = await createRapierEngine({ arm, objects, count })
  for (let i = 0; i < count; i++) reset(i, physics(), 0.19, 0.06)
}

describe('the Rapier engine', () => {
  it('places an arm exactly, at rest, and leaves the others alone', async () => {
    await create(4)
    const target = sweep(3)
    for (let i = 0; i < 150; i++) {
      for (let k = 0; k < 4; k++) engine.setTarget(k, target(i))
      engine.step()
    }
    const before = structuredClone(engine.state(2))
    reset(1, physics({ heightM: 0.005, tiltXRad: 0.02 }), 0.25, -0.1)
    const state = engine.state(1)
    expect([...state.q]).toEqual([...LOW])
    expect(Math.hypot(...state.qd, ...puck(1).velocity, ...state.tipForce)).toBe(0)
    expect([...puck(1).position.subarray(0, 2)]).toEqual([0.25, -0.1])
    const surface = tableHeightAt(physics({ heightM: 0.005, tiltXRad: 0.02 }).table, 0.25, -0.1)
    expect(puck(1).position[2]).toBeCloseTo(surface + 0.018, 4)
    expect(engine.state(2)).toEqual(before)
    engine.step()
    expect(Math.hypot(puck(1).position[0]! - 0.25, puck(1).position[1]! + 0.1)).toBeLessThan(1e-4)
  })

  it('repeats a run to the last bit whatever happened before and beside it', async () => {
    await create(3)
    const fresh = trace(1, 7)
    expect(fresh.every(Number.isFinite)).toBe(true)
    // Not of an idle arm: the puck was pushed.
    expect(Math.hypot(...puck(1).position.subarray(0, 2))).not.toBeCloseTo(
      Math.hypot(0.19, 0.06),
      2,
    )
    trace(1, 8)
    trace(1, 9)
    const beside = sweep(11)
    const again = trace(1, 7, (step) => {
      if (step % 90 === 0) reset(2, drawn(step), 0.2, 0.05)
      engine.setTarget(0, beside(step))
      engine.setTarget(2, beside(2 * step))
    })
    expect(again).toEqual(fresh)
    engine.dispose()
    await create(3)
    expect(trace(1, 7)).toEqual(fresh)
  })

  it('repeats the runs of all arms to the last bit when they begin together', async () => {
    const numArms = 8
    const episode = (seed: number): number[] => {
      const sweeps = Array.from({ length: numArms }, (_, k) => sweep(seed + k))
      for (let k = 0; k < numArms; k++) reset(k, drawn(seed + k), 0.19, 0.06)
      const places: number[] = []
      for (let i = 0; i < 120; i++) {
        for (let k = 0; k < numArms; k++) engine.setTarget(k, sweeps[k]!(i))
        engine.step()
        for (let k = 0; k < numArms; k++) places.push(...puck(k).position)
      }
      return places
    }
    await create(numArms)
    const fresh = episode(20)
    episode(40)
    expect(episode(20)).toEqual(fresh)
  })

  it('pushes the puck and feels µmg of it in the joints', async () => {
    await create(1)
    const world = { massKg: 0.2, frictionTable: 0.5, frictionTip: 0.2 }
    reset(0, physics(world), 0.19, -0.06)
    const target = Float64Array.from(LOW)
    let force = 0
    for (let i = 0; i < 260; i++) {
      target[0] = LOW[0]! + Math.max(0, i - 40) * 0.004
      engine.setTarget(0, target)
      engine.step()
      if (i >= 140 && i < 200) force += Math.hypot(...engine.state(0).tipForce.subarray(0, 2)) / 60
    }
    expect(force / (0.5 * 0.2 * 9.81)).toBeGreaterThan(0.9)
    expect(force / (0.5 * 0.2 * 9.81)).toBeLessThan(1.1)
  })

  it.each([0, 0.03, -0.03])(
    'stops the tip at a table that rises by %f rad to the left',
    async (tiltYRad) => {
      await create(1)
      const table = physics({ tiltYRad, heightM: 0.004 }).table
      reset(0, physics({ tiltYRad, heightM: 0.004 }), -0.3, 0.3)
      const target = Float64Array.from(LOW)
      for (let i = 0; i < 500; i++) {
        target[0] = LOW[0]! - Math.min(0.8, 0.004 * i)
        target[1] = LOW[1]! + Math.min(0.2, 0.001 * i)
        engine.setTarget(0, target)
        engine.step()
      }
      const { tip, tipForce } = engine.state(0)
      expect(Math.abs(tip[1]!)).toBeGreaterThan(0.08)
      const depth = tableHeightAt(table, tip[0]!, tip[1]!) - tip[2]!
      expect(tipForce[2]).toBeGreaterThan(2)
      // The rounded end of a finger that leans by 30° lies 1.3 mm below the tool point.
      const sunkM = tipForce[2]! / TIP_TABLE_CONTACT.stiffnessNPerM
      expect(depth - sunkM).toBeGreaterThan(-0.0014)
      expect(depth - sunkM).toBeLessThan(0.0001)
    },
  )

  it('stays steady when the far-stretched, lightest arm is jammed', async () => {
    await create(1)
    const light = physics({ massKg: 20, frictionTable: 1 })
    for (let i = 0; i < arm.numJoints; i++) {
      light.linkMassKg[i] = light.linkMassKg[i]! * 0.8
      light.armatureKgM2[i] = light.armatureKgM2[i]! * 0.8
      light.stiffnessNmPerRad[i] = light.stiffnessNmPerRad[i]! * 1.6
      light.dampingNmSPerRad[i] = light.dampingNmSPerRad[i]! * 0.7
      light.coulombNm[i] = 0
      light.loadFriction[i] = 0
    }
    const far = Float64Array.from(LOW)
    far.set([0, 0.85, -0.62, 1.1])
    reset(0, light, 0.36, -0.05, far)
    const target = Float64Array.from(far)
    let [low, high] = [Infinity, -Infinity]
    for (let i = 0; i < 500; i++) {
      target[0] = Math.min(0.15, 0.002 * i)
      engine.setTarget(0, target)
      engine.step()
      if (i < 400) continue
      const force = engine.state(0).tipForce[1]!
      low = Math.min(low, force)
      high = Math.max(high, force)
    }
    expect(low).toBeGreaterThan(2)
    expect(high - low).toBeLessThan(0.05)
  })

  it('keeps an arm that has blown up out of the world of the others', async () => {
    await create(2)
    reset(0, physics({ gravity: [0, 0, Number.NaN] }), 0.19, 0.06)
    for (let i = 0; i < 20; i++) engine.step()
    expect(Number.isFinite(engine.state(0).tip[0]!)).toBe(false)
    expect(Number.isFinite(puck(1).position[0]!)).toBe(true)
    reset(0, physics(), 0.19, 0.06)
    for (let i = 0; i < 20; i++) engine.step()
    expect(Number.isFinite(engine.state(0).tip[0]!)).toBe(true)
  })

  it('says that an arm was never reset, and that it cannot hold none', async () => {
    engine = await createRapierEngine({ arm, objects, count: 2 })
    expect(() => engine.step()).toThrow(expect.objectContaining({ code: 'SIM_ENGINE_INVALID' }))
    await expect(createRapierEngine({ arm, objects, count: 0 })).rejects.toMatchObject({
      code: 'SIM_ENGINE_INVALID',
    })
  })
})
