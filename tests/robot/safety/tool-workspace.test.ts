import { describe, expect, it } from 'vitest'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { createToolWorkspaceRule } from '../../../robot/safety/tool-workspace.ts'
import { model } from '../../sim/push-setup.ts'
import { safetyContext } from './safety-context.ts'

type Box = Parameters<typeof createToolWorkspaceRule>[2]

const box: Box = { xM: [0.12, 0.32], yM: [-0.1, 0.1], zM: [0.01, 0.15] }
/** A driver with its gripper first and the model's joints after it, backwards. */
const indices = Int32Array.from(model.jointNames, (_, i) => model.numJoints - i)
const numDriverJoints = model.numJoints + 1
const kinematics = new ArmKinematics(model)

function tipOf(command: Float64Array): Float64Array {
  kinematics.forward(Float64Array.from(indices, (index) => command[index]!))
  return kinematics.tip
}

/** Distance by which the tool of a command is outside the box on its worst side [m]. */
function outsideM(command: Float64Array): number {
  const tip = tipOf(command)
  const sides = [box.xM, box.yM, box.zM].flatMap(([low, high], i) => [
    low - tip[i]!,
    tip[i]! - high,
  ])
  return Math.max(0, ...sides)
}

function fromModel(q: ArrayLike<number>): Float64Array {
  const command = new Float64Array(numDriverJoints).fill(0.77)
  for (let i = 0; i < q.length; i++) command[indices[i]!] = q[i]!
  return command
}

const context = (previousCommand: Float64Array) =>
  safetyContext(numDriverJoints, { measuredQ: previousCommand, previousCommand })

describe('the tool workspace rule', () => {
  const rule = createToolWorkspaceRule(model, indices, box)

  it('lets a command pass untouched that keeps the tool inside', () => {
    const previous = fromModel(model.restPose)
    const command = fromModel(model.restPose.map((value) => value + 0.01))
    const before = command.slice()
    expect(rule.apply(command, context(previous))).toBe('pass')
    expect(command).toEqual(before)
  })

  it('never lets random commands take the tool outside, and moves no other joint', () => {
    const stream = new RandomStream(4)
    const previous = fromModel(model.restPose)
    let limited = 0
    for (let k = 0; k < 2000; k++) {
      const command = previous.map((value) => value + stream.between(-0.3, 0.3))
      const gripper = command[0]
      if (rule.apply(command, context(previous)) === 'limited') limited++
      expect(outsideM(command)).toBe(0)
      expect(command[0]).toBe(gripper)
      previous.set(command)
    }
    expect(limited).toBeGreaterThan(500)
    expect(limited).toBeLessThan(2000)
  })

  it('draws a command back along the straight joint line from the previous one', () => {
    const previous = fromModel(model.restPose)
    const wanted = previous.slice()
    wanted[indices[1]!]! += 0.8
    const command = wanted.slice()
    expect(rule.apply(command, context(previous))).toBe('limited')
    const share = (command[indices[1]!]! - previous[indices[1]!]!) / 0.8
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThan(1)
    for (const i of [0, 2, 3, 4]) expect(command[indices[i]!]).toBe(previous[indices[i]!])
    // Six halvings leave at most 1/64 of the line unused.
    const further = previous.slice()
    further[indices[1]!]! += 0.8 * (share + 1 / 64)
    expect(outsideM(further)).toBeGreaterThan(0)
  })

  it('lets a tool that begins outside come back, and go no further out', () => {
    // Shoulder turned far to the left: the tool is beyond the box's y.
    const start = fromModel(model.restPose)
    start[indices[0]!] = -1
    const outside = outsideM(start)
    expect(outside).toBeGreaterThan(0.03)
    const inward = start.slice()
    inward[indices[0]!] = -0.9
    const wanted = inward.slice()
    expect(rule.apply(inward, context(start))).toBe('pass')
    expect(inward).toEqual(wanted)
    const outward = start.slice()
    outward[indices[0]!] = -1.1
    expect(rule.apply(outward, context(start))).toBe('limited')
    expect(outsideM(outward)).toBeLessThanOrEqual(outside)
  })
})
