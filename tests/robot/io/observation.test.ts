import { describe, expect, it } from 'vitest'
import {
  type ObjectMeasurement,
  OLDEST_AGE_S,
  writeObservation,
} from '../../../robot/io/observation.ts'
import { createControlSpec, observationSize } from '../../../robot/io/spec.ts'
import { ToolController } from '../../../robot/io/tool-controller.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { model, onArm } from '../../sim/push-setup.ts'

const PLAIN = createControlSpec(model, onArm.control)
const block = { height: false, yawSymmetry: 4 }
const sees = { objects: [{ name: 'block', ...block }], goal: block, fromObject: true }
const FROM_BLOCK = createControlSpec(model, { ...onArm.control, sees })
const goal = Float64Array.of(0.3, -0.05)
const measuredQ = Float64Array.from(model.restPose, (value, i) => value + 0.01 * i)

/** A controller that has taken a step, so that no term is zero by accident. */
function busyController(): ToolController {
  const controller = new ToolController(model, onArm.control.action)
  controller.reset(model.restPose)
  for (let k = 0; k < 5; k++) controller.step([0.5, -0.25, 0.75], 0, model.restPose)
  controller.measure(measuredQ)
  return controller
}

/** Observation terms by name, read back in the order of the spec. */
function termsOf(object: ObjectMeasurement, spec = PLAIN) {
  const controller = busyController()
  const out = new Float32Array(observationSize(spec) + 8).fill(-99)
  writeObservation(spec, controller, measuredQ, [object], goal, out, 4)
  const terms: Record<string, number[]> = {}
  let at = 4
  for (const { name, size } of spec.observation) {
    terms[name] = [...out.subarray(at, at + size)]
    at += size
  }
  return { terms, controller, before: out.subarray(0, 4), after: out.subarray(at) }
}

const single = (values: ArrayLike<number>) => [...Float32Array.from(values)]

describe('an observation', () => {
  const object = { xM: 0.21, yM: 0.03, zM: 0, yawRad: 0, ageS: 0.08, isFresh: true }

  it('has every term where the spec says, with the value its name promises', () => {
    const { terms, controller } = termsOf(object)
    const kinematics = new ArmKinematics(model)
    kinematics.forward(measuredQ)
    const [tipX, tipY] = kinematics.tip as unknown as [number, number]
    const error = controller.setpoint.map((value, i) => value - measuredQ[i]!)
    expect(terms).toEqual({
      jointPosition: single(measuredQ),
      setpointError: single(error),
      toolPosition: single(kinematics.tip),
      commandedTool: single(controller.commandedTip),
      objectPosition: single([0.21, 0.03]),
      objectAge: single([0.08]),
      objectIsFresh: [1],
      goalPosition: single([0.3, -0.05]),
      toolToObject: single([0.21 - tipX, 0.03 - tipY]),
      objectToGoal: single([0.3 - 0.21, -0.05 - 0.03]),
      previousAction: [0.5, -0.25, 0.75],
      setpointTrim: single(onArm.control.action.trim.joints.map(trimOf(controller))),
    })
    expect(terms['setpointTrim']!.some((value) => value !== 0)).toBe(true)
  })

  it.each([PLAIN, FROM_BLOCK])('writes exactly its size, from the offset on', (spec) => {
    const { before, after } = termsOf(object, spec)
    expect([...before]).toEqual([-99, -99, -99, -99])
    expect([...after]).toEqual([-99, -99, -99, -99])
  })

  it.each([
    [0, 0],
    [0.3, 0.3],
    [0.3 + Math.PI / 2, 0.3],
    [0.3 - Math.PI, 0.3],
    [1, 1 - Math.PI / 2],
  ])('tells what is seen from the side of a block, yaw %f, that the tool is on', (yawRad, side) => {
    const [tipX, tipY] = busyController().measuredTip as unknown as [number, number]
    const [xM, yM] = [tipX + 0.05, tipY]
    const { terms, controller } = termsOf({ ...object, xM, yM, yawRad }, FROM_BLOCK)
    const turned = (x: number, y: number) => [
      x * Math.cos(side) + y * Math.sin(side),
      y * Math.cos(side) - x * Math.sin(side),
    ]
    const [commandedX, commandedY] = controller.commandedTip as unknown as [number, number]
    const expected = {
      objectSide: [Math.cos(side), Math.sin(side)],
      toolFromObject: turned(-0.05, 0),
      commandedFromObject: turned(commandedX - xM, commandedY - yM),
      goalFromObject: turned(goal[0]! - xM, goal[1]! - yM),
    }
    for (const [name, values] of Object.entries(expected)) {
      for (const [i, value] of values.entries()) expect(terms[name]![i]).toBeCloseTo(value, 6)
    }
  })

  it('shows ages above the oldest as the oldest', () => {
    const { terms } = termsOf({ ...object, ageS: 7, isFresh: false })
    expect(terms['objectAge']).toEqual([OLDEST_AGE_S])
    expect(terms['objectIsFresh']).toEqual([0])
  })
})

function trimOf(controller: ToolController) {
  return (name: string) => controller.trim[model.jointNames.indexOf(name)]!
}
