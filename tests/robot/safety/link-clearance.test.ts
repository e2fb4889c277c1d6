import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { createLinkClearanceRule } from '../../../robot/safety/link-clearance.ts'
import { model, so101 } from '../../sim/push-setup.ts'
import { lowestCornerM } from './lowest-corner.ts'
import { safetyContext } from './safety-context.ts'

const LIMITS = { marginM: 0.003, tableHeightM: 0, lookAheadS: 0 }
/** Corners of a box stick out of its capsule by so much more than the margin. */
const CORNER_M = 0.005
const indices = Int32Array.from({ length: model.numJoints }, (_, i) => i)
const { rest, park } = so101.poses
const poseOf = (named: Readonly<Record<string, number>>) =>
  Float64Array.from(model.jointNames, (name) => named[name]!)

/** Walks from one pose towards another in small steps through the rule; where it ends. */
function walk(from: Float64Array, to: Float64Array, limits = LIMITS, steps = 200) {
  const rule = createLinkClearanceRule({ arm: so101, model, indices, limits })
  const at = from.slice()
  let numLimited = 0
  for (let k = 1; k <= steps; k++) {
    const command = Float64Array.from(from, (q, i) => q + ((to[i]! - q) * k) / steps)
    const verdict = rule.apply(command, safetyContext(at.length, { previousCommand: at.slice() }))
    if (verdict === 'limited') numLimited++
    at.set(command)
  }
  return { at, numLimited }
}

describe('the link clearance rule', () => {
  it('keeps the elbow off the table', () => {
    // Lift far forward and the elbow stretched: upper and lower arm lie below the table.
    const down = Float64Array.of(0, 1.6, 0, 0, 0)
    expect(lowestCornerM(down)).toBeLessThan(-0.02)
    const { at, numLimited } = walk(poseOf(rest), down)
    expect(numLimited).toBeGreaterThan(10)
    expect(lowestCornerM(at)).toBeGreaterThan(-CORNER_M)
  })

  it('keeps the gripper out of the base', () => {
    const folded = poseOf(rest)
    for (const [i, name] of model.jointNames.entries()) {
      if (name === 'shoulder_lift') folded[i] = -0.6
      if (name === 'elbow_flex') folded[i] = 1.6
      if (name === 'wrist_flex') folded[i] = 1.6
    }
    expect(walk(poseOf(rest), folded).numLimited).toBeGreaterThan(0)
  })

  it('lets an arm that is out of bounds come back, not go farther', () => {
    const rule = createLinkClearanceRule({ arm: so101, model, indices, limits: LIMITS })
    const outside = Float64Array.of(0, 1.5, 0, 0, 0)
    const farther = Float64Array.of(0, 1.52, 0, 0, 0)
    const back = Float64Array.of(0, 1.48, 0, 0, 0)
    const context = safetyContext(5, { previousCommand: outside })
    expect(rule.apply(back, context)).toBe('pass')
    expect(back[1]).toBe(1.48)
    expect(rule.apply(farther, context)).toBe('limited')
    expect(farther[1]).toBeLessThan(1.51)
  })

  it('leaves the ways between rest, park and the poses of a pushing arm alone', () => {
    expect(walk(poseOf(rest), poseOf(park)).numLimited).toBe(0)
    expect(walk(poseOf(park), poseOf(rest)).numLimited).toBe(0)
    // Straight down at 0.16 m and at 0.24 m, tool 2 cm above the table.
    const degrees = (...angles: number[]) => Float64Array.from(angles, (a) => (a * Math.PI) / 180)
    const near = degrees(0, -27, 51, 66, 0)
    const far = degrees(20, 12, 9, 70, 0)
    expect(walk(poseOf(rest), near).numLimited).toBe(0)
    expect(walk(near, far).numLimited).toBe(0)
  })

  it('stops short by the way of its look-ahead', () => {
    const down = Float64Array.of(0, 1.6, 0, 0, 0)
    const near = walk(poseOf(rest), down).at
    const early = walk(poseOf(rest), down, { ...LIMITS, lookAheadS: 0.1 }, 60).at
    expect(lowestCornerM(early)).toBeGreaterThanOrEqual(lowestCornerM(near))
  })

  it('never lets random commands come out of bounds', () => {
    const rule = createLinkClearanceRule({ arm: so101, model, indices, limits: LIMITS })
    const stream = new RandomStream(4)
    const at = poseOf(rest)
    for (let k = 0; k < 2000; k++) {
      const command = at.map((q) => q + stream.between(-0.1, 0.1))
      for (let i = 0; i < command.length; i++) {
        command[i] = Math.min(model.upper[i]!, Math.max(model.lower[i]!, command[i]!))
      }
      rule.apply(command, safetyContext(at.length, { previousCommand: at.slice() }))
      at.set(command)
      expect(lowestCornerM(at)).toBeGreaterThan(-CORNER_M)
    }
  })
})
