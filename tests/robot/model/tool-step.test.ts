import { describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { createToolStep } from '../../../robot/model/tool-step.ts'
import { koch, so101 } from '../bus/twin-arm.ts'

const STEP_S = 0.01

describe.each([so101, koch])('a step of the tool of $name', (arm) => {
  const joints = arm.joints.map(({ name }) => name)
  const model = compileArm(arm, { joints })

  it.each([
    [0.05, 0, 0],
    [0, -0.05, 0],
    [0, 0, 0.05],
  ])('by %d, %d, %d m/s goes there and keeps its direction', (...velocity) => {
    const toolStep = createToolStep(model)
    const kinematics = new ArmKinematics(model)
    const q = Float64Array.from(model.restPose)
    const speed = new Float64Array(model.numJoints)
    kinematics.forward(q)
    const from = Float64Array.from(kinematics.tip)
    const direction = Float64Array.from(kinematics.approach)
    // 2 cm, in steps that are followed exactly.
    for (let k = 0; k < 40; k++) {
      toolStep.solve(q, velocity, speed)
      for (let i = 0; i < q.length; i++) q[i]! += STEP_S * speed[i]!
    }
    kinematics.forward(q)
    for (let k = 0; k < 3; k++) {
      expect(kinematics.tip[k]! - from[k]!).toBeCloseTo(0.4 * velocity[k]!, 2.5)
    }
    const cosine = direction.reduce((sum, each, k) => sum + each * kinematics.approach[k]!, 0)
    // Turning about its own axis aside, an arm of five joints follows sideways only by leaning with its pan.
    expect(Math.acos(Math.min(1, cosine))).toBeLessThan(0.06)
    expect(speed[joints.indexOf('gripper')]).toBeCloseTo(0, 9)
  })

  it('stays slow where the arm is stretched out and cannot', () => {
    const speed = new Float64Array(model.numJoints)
    const toolStep = createToolStep(model)
    toolStep.solve(new Float64Array(model.numJoints), [0.05, 0, 0], speed)
    for (const each of speed) expect(Math.abs(each)).toBeLessThan(5)
  })
})
