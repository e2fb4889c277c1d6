import { expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

it('turns a force above the tool point into the joint torques (r × F) · axis of a hinge', () => {
  const dynamics = new ArmDynamics(compileArm(loadArmDescription('so101')))
  const force = [3, -2, 5]
  const up = [0.01, -0.02, 0.04]
  const torque = [
    up[1]! * force[2]! - up[2]! * force[1]!,
    up[2]! * force[0]! - up[0]! * force[2]!,
    up[0]! * force[1]! - up[1]! * force[0]!,
  ]
  dynamics.setTipWrench(Float64Array.from(force), Float64Array.from(torque))
  const { linkPosition, jointAxis } = dynamics.kinematics
  for (let joint = 0; joint < 5; joint++) {
    const r = [0, 1, 2].map((k) => dynamics.tip[k]! + up[k]! - linkPosition[3 * joint + k]!)
    const moment = [
      r[1]! * force[2]! - r[2]! * force[1]!,
      r[2]! * force[0]! - r[0]! * force[2]!,
      r[0]! * force[1]! - r[1]! * force[0]!,
    ]
    let expected = 0
    for (let k = 0; k < 3; k++) expected += moment[k]! * jointAxis[3 * joint + k]!
    expect(dynamics.externalTorque[joint]).toBeCloseTo(expected, 12)
  }
})
