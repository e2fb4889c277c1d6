import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Grip,
  grip,
  gripPhysics,
  type Held,
  wholeArm,
} from '../../../bridge/bench/fidelity/scenes/grip.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'
import type { Engine } from '../../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'

const panda = wholeArm('panda')
const so101 = wholeArm('so101')
const koch = wholeArm('koch')
const AHEAD = { panda: 0.5, so101: 0.22, koch: 0.13 }
/** A tenth of a millimetre per second. */
const NO_SLIP_M_PER_S = 1e-4

let engines: Record<'panda' | 'so101' | 'koch', { rapier: Engine; mujoco: Engine }>

beforeAll(async () => {
  const create = async (arm: typeof panda) => ({
    rapier: await createRapierEngine({ arm, objects: ['box'], count: 1 }),
    mujoco: await createMujocoEngine({
      arm,
      objects: ['box'],
      count: 1,
      timestepS: 0.008,
      substeps: 8,
    }),
  })
  engines = {
    panda: await create(panda),
    so101: await create(so101),
    koch: await create(koch),
  }
})
afterAll(() => {
  for (const pair of Object.values(engines))
    for (const engine of Object.values(pair)) engine.dispose()
})

const cube = (massKg: number, sizeM: number, changes: Partial<Grip> = {}): Grip => ({
  massKg,
  halfM: sizeM / 2,
  friction: 0.6,
  squeeze: 0.15,
  ...changes,
})

function gripOne(engine: Engine, arm: ArmModel, x: number, wanted: Grip): Held {
  return grip(engine, arm, x, [wanted])[0]!
}

describe('a revolute jaw against a fixed one (SO-101)', () => {
  it.each([
    cube(0.01, 0.02),
    cube(0.05, 0.025),
    cube(0.1, 0.03),
    cube(0.05, 0.025, { squeeze: 0.02 }),
  ])('lifts and holds $massKg kg of $halfM m half width, without slip', (wanted) => {
    const held = gripOne(engines.so101.rapier, so101, AHEAD.so101, wanted)
    expect(held.isHeld).toBe(true)
    expect(held.slipMPerS).toBeLessThan(NO_SLIP_M_PER_S)
  })

  it('holds a cube where MuJoCo has it', () => {
    const wanted = cube(0.05, 0.025)
    const a = gripOne(engines.so101.rapier, so101, AHEAD.so101, wanted)
    const b = gripOne(engines.so101.mujoco, so101, AHEAD.so101, wanted)
    expect(b.isHeld).toBe(true)
    const apart = Math.hypot(...a.place.map((value, i) => value - b.place[i]!))
    expect(apart).toBeLessThan(0.005)
  })
})

describe('a revolute jaw on a small servo (Koch)', () => {
  /** Clear of the table, 7 mm of sag below. */
  const SMALL = { squeeze: 0.03, lowM: 0.012 }
  it.each([
    cube(0.006, 0.02, SMALL),
    cube(0.02, 0.025, SMALL),
    cube(0.05, 0.025, SMALL),
    cube(0.05, 0.03, SMALL),
  ])('lifts and holds $massKg kg of $halfM m half width, without slip', (wanted) => {
    const held = gripOne(engines.koch.rapier, koch, AHEAD.koch, wanted)
    expect(held.isHeld).toBe(true)
    expect(held.slipMPerS).toBeLessThan(NO_SLIP_M_PER_S)
  })

  it('holds a cube where MuJoCo has it', () => {
    const wanted = cube(0.02, 0.025, SMALL)
    const a = gripOne(engines.koch.rapier, koch, AHEAD.koch, wanted)
    const b = gripOne(engines.koch.mujoco, koch, AHEAD.koch, wanted)
    expect(b.isHeld).toBe(true)
    const apart = Math.hypot(...a.place.map((value, i) => value - b.place[i]!))
    expect(apart).toBeLessThan(0.005)
  })

  it('comes to rest where it sags onto the table, as in MuJoCo', () => {
    const q = Float64Array.from(koch.restPose)
    createToolIk(koch, { iterations: 60 }).solve({ x: AHEAD.koch, y: 0, z: 0.004 }, 0, q)
    q[koch.gripper!.joint] = koch.gripper!.open
    const aside = {
      position: Float64Array.of(0.3, 0.2, 0.01),
      quaternion: Float64Array.of(0, 0, 0, 1),
    }
    for (const engine of [engines.koch.rapier, engines.koch.mujoco]) {
      engine.reset(0, gripPhysics(koch, cube(0.02, 0.02)), { q, objects: [aside] })
      engine.setTarget(0, q)
      const heights: number[] = []
      for (let timeS = 0; timeS < 1; timeS += engine.timestepS) {
        engine.step()
        if (timeS > 0.5) heights.push(engine.state(0).tip[2]!)
      }
      expect(Math.max(...heights)).toBeLessThan(0.002)
      expect(Math.min(...heights)).toBeGreaterThan(-0.001)
    }
  })
})

describe('a parallel hand (Panda)', () => {
  it.each([
    cube(0.02, 0.04, { squeeze: 0.03 }),
    cube(0.1, 0.03, { squeeze: 0.01 }),
    cube(0.3, 0.04, { squeeze: 0.01 }),
    cube(0.3, 0.03, { squeeze: 0.01, friction: 0.4 }),
  ])('lifts and holds $massKg kg of $halfM m half width, without slip', (wanted) => {
    const held = gripOne(engines.panda.rapier, panda, AHEAD.panda, wanted)
    expect(held.isHeld).toBe(true)
    expect(held.slipMPerS).toBeLessThan(NO_SLIP_M_PER_S)
  })

  // Both fingers share the motor's force: 2 µ F / 2 carries m g, so F = m g / µ = 3.27 N for 0.2 kg at 0.6.
  it.each([
    { share: 1.08, isHeld: true },
    { share: 0.92, isHeld: false },
  ])('holds a cube at $share of the least force for it: $isHeld', ({ share, isHeld }) => {
    const wanted = cube(0.2, 0.04, { squeeze: 0.04, stall: (share * 0.2 * 9.81) / 0.6 })
    expect(gripOne(engines.panda.rapier, panda, AHEAD.panda, wanted).isHeld).toBe(isHeld)
    expect(gripOne(engines.panda.mujoco, panda, AHEAD.panda, wanted).isHeld).toBe(isHeld)
  })

  it('holds a cube where MuJoCo has it', () => {
    const wanted = cube(0.1, 0.04, { squeeze: 0.01 })
    const a = gripOne(engines.panda.rapier, panda, AHEAD.panda, wanted)
    const b = gripOne(engines.panda.mujoco, panda, AHEAD.panda, wanted)
    const apart = Math.hypot(...a.place.map((value, i) => value - b.place[i]!))
    // Along the way of the fingers: with 40 N Rapier's pads sink in by 3 mm, MuJoCo's by 0.2; beside it they agree.
    expect(apart).toBeLessThan(0.003)
    const beside = [0, 2].map((axis) => Math.abs(a.place[axis]! - b.place[axis]!))
    expect(Math.max(...beside)).toBeLessThan(0.0005)
  })
})
