import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { compileControlled } from '../../../robot/io/compile-controlled.ts'
import { createMeasurement, writeObservation } from '../../../robot/io/observation.ts'
import {
  createControlSpec,
  goalSize,
  observationOffset,
  observationSize,
} from '../../../robot/io/spec.ts'
import { ToolController } from '../../../robot/io/tool-controller.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'

function setUp(task: string, arm: string) {
  const onArm = taskOnArm(loadConfig('tasks', task, taskSchema), arm)
  const model = compileControlled(loadArmDescription(arm), onArm.control)
  const controller = new ToolController(model, onArm.control.action)
  controller.reset(Float64Array.from(model.restPose))
  return { onArm, model, controller, spec: createControlSpec(model, onArm.control) }
}

describe('a tool controller with a hand', () => {
  it('turns the joint it is told to, step by step, within its limits, and leaves the tool point', () => {
    const { model, controller, onArm } = setUp('stack', 'so101')
    const { stepRad } = onArm.control.action.turn!
    const roll = model.jointNames.indexOf('wrist_roll')
    const before = Float64Array.from(controller.commandedTip)
    const q = Float64Array.from(model.restPose)
    for (let k = 1; k <= 5; k++) {
      controller.step([0, 0, 0, 0.5, -1], 0, q)
      expect(controller.commandQ[roll]).toBeCloseTo(k * 0.5 * stepRad, 12)
    }
    for (let i = 0; i < 3; i++) expect(controller.commandedTip[i]).toBeCloseTo(before[i]!, 9)
    for (let k = 0; k < 100; k++) controller.step([0, 0, 0, 1, -1], 0, q)
    expect(controller.commandQ[roll]).toBeCloseTo(model.upper[roll]!, 12)
  })

  it('opens and closes the gripper by shares of its way, the followers with it', () => {
    const { model, controller, onArm } = setUp('stack', 'panda')
    const { stepShare } = onArm.control.action.gripper!
    const { joint, open } = model.gripper!
    const { follower } = model.mimics[0]!
    const q = Float64Array.from(model.restPose)
    expect(controller.commandQ[joint]).toBe(0)
    controller.step([0, 0, 0, 0, 1], 0, q)
    expect(controller.commandQ[joint]).toBeCloseTo(stepShare * open, 12)
    expect(controller.setpoint[follower]).toBeCloseTo(controller.setpoint[joint]!, 12)
    for (let k = 0; k < 20; k++) controller.step([0, 0, 0, 0, 1], 0, q)
    expect(controller.commandQ[joint]).toBeCloseTo(open, 12)
    for (let k = 0; k < 20; k++) controller.step([0, 0, 0, 0, 0], 0, q)
    expect(controller.commandQ[joint]).toBeCloseTo(open / 2, 12)
  })

  it('moves the height by steps when the action is relative', () => {
    const { model, controller, onArm } = setUp('lift', 'panda')
    const { height } = onArm.control.action
    const z = controller.commandedTip[2]!
    const q = Float64Array.from(model.restPose)
    controller.step([0, 0, 0.5, 0, 0], 0, q)
    controller.step([0, 0, 0.5, 0, 0], 0, q)
    expect(controller.commandedTip[2]).toBeCloseTo(z + height.stepM, 12)
    for (let k = 0; k < 200; k++) controller.step([0, 0, -1, 0, 0], 0, q)
    expect(controller.commandedTip[2]).toBeCloseTo(height.minM, 12)
  })

  it('begins with the opening it finds', () => {
    const { model, controller } = setUp('stack', 'so101')
    const { joint, open, closed } = model.gripper!
    const q = Float64Array.from(model.restPose)
    q[joint] = closed + 0.4 * (open - closed)
    controller.reset(q)
    controller.step([0, 0, 0, 0, -0.2], 0, q)
    expect(controller.commandQ[joint]).toBeCloseTo(q[joint]!, 9)
  })
})

describe('what a policy is told of two objects and a goal in the air', () => {
  const { controller, model, spec } = setUp('stack', 'so101')
  const q = Float64Array.from(model.restPose)
  const cube = { ...createMeasurement(), xM: 0.2, yM: 0.03, zM: 0.012, yawRad: 0.3, ageS: 0.1 }
  const base = { ...createMeasurement(), xM: 0.25, yM: -0.05, zM: 0.013, yawRad: -0.7, ageS: 9 }
  const out = new Float32Array(observationSize(spec) + 2)
  controller.measure(q)
  writeObservation(spec, controller, q, [cube, base], Float64Array.of(0.25, -0.05, 0.04), out, 1)
  const at = (name: string, size: number) => {
    const begin = 1 + observationOffset(spec, name)
    return Array.from(out.subarray(begin, begin + size))
  }
  const close = (values: readonly number[], expected: readonly number[]) => {
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 6)
  }

  it('is where they are, how they are turned, and how old that is', () => {
    close(at('objectPosition', 3), [0.2, 0.03, 0.012])
    close(at('objectYaw', 2), [Math.cos(1.2), Math.sin(1.2)])
    close(at('objectAge', 1), [0.1])
    close(at('objectPosition-base', 3), [0.25, -0.05, 0.013])
    // Ages above a second look the same.
    close(at('objectAge-base', 1), [1])
    close(at('goalPosition', 3), [0.25, -0.05, 0.04])
    close(at('objectToGoal', 3), [0.05, -0.08, 0.028])
  })

  it('is also how they lie to the tool', () => {
    const tip = controller.measuredTip
    close(at('toolToObject', 3), [0.2 - tip[0]!, 0.03 - tip[1]!, 0.012 - tip[2]!])
    const turn = 4 * (-0.7 - controller.measuredYaw)
    close(at('objectYawFromTool-base', 2), [Math.cos(turn), Math.sin(turn)])
  })

  it('fills exactly what the spec says', () => {
    expect(out[0]).toBe(0)
    expect(out.at(-1)).toBe(0)
    expect(spec.actionNames).toEqual([
      'toolStepX',
      'toolStepY',
      'toolHeight',
      'toolTurn',
      'gripper',
    ])
    expect(goalSize(spec.control)).toBe(3)
  })
})
