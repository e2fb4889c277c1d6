import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { type JointRig, PERIOD_S } from './joint-rig.ts'

/**
 * The arm as training knows it, nominal: position servos with stiffness, damping, dry friction and play,
 * their set-points slewed at the servos' top speed. Without the command delay that training adds.
 */
export function createTrainingRig(model: ArmModel): JointRig {
  const dynamics = new ArmDynamics(model)
  const slewed = dynamics.target
  let steps = 0
  return {
    name: 'training',
    position: dynamics.q,
    velocity: dynamics.qd,
    get timeS() {
      return steps * PERIOD_S
    },
    async step(target) {
      for (let i = 0; i < slewed.length; i++) {
        const most = model.maxSpeedRadPerS[i]! * PERIOD_S
        const change = target[i]! - slewed[i]!
        slewed[i] = slewed[i]! + Math.max(-most, Math.min(most, change))
      }
      dynamics.step(PERIOD_S, true)
      steps++
    },
    dispose() {},
  }
}
