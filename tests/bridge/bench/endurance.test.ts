import { describe, expect, it } from 'vitest'
import { benchEndurance, brokenOf } from '../../../bridge/bench/bench-endurance.ts'
import {
  distanceFrom,
  overlap,
  type Solid,
  solidOfCapsule,
  solidOfParts,
} from '../../../bridge/bench/endurance/solid.ts'
import { createToolSolids } from '../../../bridge/bench/endurance/tool-solids.ts'
import { createSightings, watchEngine } from '../../../bridge/bench/endurance/watch.ts'
import { nominalPhysics, puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { type ArmState, createArmState, type Engine } from '../../../sim/engines/engine.ts'
import type { ObjectPart } from '../../../sim/scene/object.ts'
import { push } from '../../../sim/tasks/push.ts'
import { model, onArm, randomization, so101, task } from '../../sim/push-setup.ts'

const box = (x: number, y: number, z: number): ObjectPart => ({
  kind: 'box',
  centreM: new Float64Array(3),
  halfSizeM: Float64Array.of(x, y, z),
})
const at = (x: number, y: number, z: number, yaw = 0) => ({
  position: Float64Array.of(x, y, z),
  quaternion: Float64Array.of(0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2)),
})
const puck: ObjectPart = {
  kind: 'cylinder',
  centreM: new Float64Array(3),
  halfSizeM: Float64Array.of(0.03, 0.03, 0.02),
}

describe('the depth of one solid in another', () => {
  const cube = (pose: ReturnType<typeof at>): Solid => solidOfParts([box(0.02, 0.02, 0.02)], pose)

  it('is how far two faces have passed each other', () => {
    expect(overlap(cube(at(0, 0, 0)), cube(at(0.037, 0, 0)))).toBeCloseTo(0.003, 9)
    expect(overlap(cube(at(0, 0, 0)), cube(at(0.041, 0, 0)))).toBe(0)
  })

  it('is how far a corner has gone into a face', () => {
    // The corner of a cube turned by 45° is √2 · 2 cm from its middle.
    const apart = 0.02 + Math.SQRT2 * 0.02 - 0.005
    expect(overlap(cube(at(0, 0, 0)), cube(at(apart, 0, 0, Math.PI / 4)))).toBeCloseTo(0.005, 9)
  })

  it('is a capsule’s radius less the distance of its axis', () => {
    const axis = Float64Array.of(0, 0, -0.01, 0, 0, 0, 0, 0, 0.01)
    const capsule = (x: number, z = 0) => solidOfCapsule(axis, 0.01, at(x, 0, z))
    const solid = solidOfParts([puck], at(0, 0, 0))
    expect(overlap(capsule(0.036), solid)).toBeCloseTo(0.004, 9)
    expect(overlap(capsule(0, 0.037), solid)).toBeCloseTo(0.003, 9)
    expect(overlap(capsule(0.0401), solid)).toBe(0)
    // Past the rim on both sides: the distance is that from the edge, 3 and 4 mm.
    expect(overlap(capsule(0.033, 0.034), solid)).toBeCloseTo(0.005, 9)
  })

  it('is negative distance inside, the nearest face counting', () => {
    expect(distanceFrom(puck, Float64Array.of(0.02, 0, 0))).toBeCloseTo(-0.01, 12)
    expect(distanceFrom(puck, Float64Array.of(0, 0, 0.015))).toBeCloseTo(-0.005, 12)
    expect(distanceFrom(box(0.01, 0.02, 0.03), Float64Array.of(0, 0.02, 0))).toBeCloseTo(0, 12)
  })
})

describe('the solids of a tool', () => {
  it('end, closed, at the tool point', () => {
    const q = Float64Array.of(0.3, 0.4, -0.2, 0.5, 0)
    const tool = createToolSolids(model)
    tool.place(q)
    expect(tool.solids).toHaveLength(1)
    const solid = tool.solids[0]!
    const kinematics = new ArmKinematics(model)
    kinematics.forward(q)
    // A ball of no size at the tool point touches the rounded end, one a millimetre further back is inside.
    const speck = (backM: number) => {
      const place = kinematics.tip.map((value, i) => value - backM * kinematics.approach[i]!)
      return solidOfParts([box(1e-9, 1e-9, 1e-9)], { ...at(0, 0, 0), position: place })
    }
    expect(overlap(solid, speck(0.001))).toBeCloseTo(0.001, 6)
    expect(overlap(solid, speck(-0.001))).toBe(0)
  })

  it('are, open, the pads on their links', () => {
    const whole = compileArm(so101, { joints: so101.joints.map(({ name }) => name) })
    const tool = createToolSolids(whole)
    const q = Float64Array.of(0.3, 0.4, -0.2, 0.5, 0.1, 0.6)
    tool.place(q)
    const kinematics = new ArmKinematics(whole)
    kinematics.forward(q)
    const pads = whole.gripper!.fingers.flatMap(({ link, pads }) =>
      pads.map((pad) => ({ link, pad })),
    )
    expect(tool.solids).toHaveLength(pads.length)
    pads.forEach(({ link, pad }, i) => {
      // A pad is as far from its link's origin as in the link's frame, however the link is turned.
      const origin = kinematics.linkPosition.subarray(3 * link, 3 * link + 3)
      const away = tool.solids[i]!.position.map((value, axis) => value - origin[axis]!)
      expect(Math.hypot(...away)).toBeCloseTo(Math.hypot(...pad.position), 9)
    })
  })
})

describe('the watch over an engine', () => {
  const physics = nominalPhysics(model, { heightM: 0.01 })
  const start = puckStart(physics, model.restPose)

  function watchOne(change: (state: ArmState) => void) {
    const state = createArmState(model.numJoints, 1)
    const engine = {
      count: 1,
      state: () => state,
      reset() {},
      step() {},
    } as Partial<Engine> as Engine
    const seen = watchEngine(engine, model, 0.5)
    engine.reset(0, physics, start)
    state.q.set(model.restPose)
    state.objects[0]!.position.set(start.objects[0]!.position)
    engine.step()
    expect({ ...seen, objectInTableM: 0 }).toEqual({ ...createSightings(), steps: 1 })
    change(state)
    engine.step()
    engine.step()
    return { ...seen, steps: 0 }
  }

  it.each<[string, (state: ArmState) => void, object]>([
    ['an arm that is lost', ({ tip }) => tip.fill(Number.NaN), { lost: 1 }],
    [
      'an object under the table',
      (s) => s.objects[0]!.position.set([0.2, 0, 0.009]),
      { tunnelled: 1 },
    ],
    ['an object over the edge', (s) => s.objects[0]!.position.set([0.2, 0.51, -3]), { fallen: 1 }],
    ['a fast object', (s) => s.objects[0]!.velocity.set([3, 0, 4]), { objectSpeedMPerS: 5 }],
    // 5.2 rad/s is the top speed of its servos.
    ['a fast joint', ({ qd }) => qd.set([0, -10.4]), { jointSpeedShare: 2 }],
    [
      'a sunken object',
      (s) => s.objects[0]!.position.set([0.25, 0, 0.01 + 0.013]),
      { objectInTableM: 0.0045 },
    ],
  ])('notes %s', (_, change, expected) => {
    const seen = watchOne(change)
    for (const [name, value] of Object.entries({
      ...createSightings(),
      objectInTableM: 0,
      ...expected,
    })) {
      expect(seen[name as keyof typeof seen], name).toBeCloseTo(value as number, 4)
    }
  })

  it('calls broken what is beyond its limit, and no more', () => {
    expect(brokenOf(createSightings(), 0, onArm, model)).toEqual([])
    const seen = {
      ...createSightings(),
      fallen: 3,
      objectSpeedMPerS: 2.9,
      toolInObjectM: 0.02,
      lost: 1,
    }
    expect(brokenOf(seen, 1, onArm, model).sort()).toEqual(['lost', 'nonFinite', 'toolInObjectM'])
  })
})

describe('the bench of endurance', () => {
  it('counts every step of every arm, sees contact and repeats', async () => {
    const run = () =>
      benchEndurance({
        ...{ arm: so101, task, code: { definition: push, solver: undefined } },
        ...{ randomization: randomization('wide'), arms: 2, minutes: 0.2 },
        ...{ resets: false, seed: 1, world: 'rapier', timestepS: 0.008, iterations: 4 },
      })
    const result = await run()
    // Two episodes of 8 s, begun within 0.2 minutes, at 125 Hz, of two arms.
    expect(result.steps).toBe(2 * 8 * 125 * 2)
    expect(result.toolInObjectM).toBeGreaterThan(0)
    expect(await run()).toEqual(result)
  })
})
