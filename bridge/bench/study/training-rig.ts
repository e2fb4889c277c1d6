import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { GoalRamp } from '../../../sim/world/goal-ramp.ts'
import { type JointRig, PERIOD_S } from './joint-rig.ts'

/**
 * The arm as training knows it, nominal: position servos with stiffness, damping, dry friction and play,
 * their goals ramped as by the firmware. Without the command delay that training adds.
 */
export function createTrainingRig(model: ArmModel): JointRig {
  const dynamics = new ArmDynamics(model)
  const ramp = new GoalRamp(model)
  ramp.reset(dynamics.target)
  let steps = 0
  return {
    name: 'training',
    position: dynamics.q,
    velocity: dynamics.qd,
    get timeS() {
      return steps * PERIOD_S
    },
    async step(target) {
      ramp.advance(target, PERIOD_S)
      dynamics.target.set(ramp.goal)
      dynamics.step(PERIOD_S, true)
      steps++
    },
    dispose() {},
  }
}
