import { RAD_PER_STEP } from '../../../robot/bus/protocols/feetech/control-table.ts'
import { GoalProfile } from '../../../robot/bus/twin/goal-profile.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { type JointRig, PERIOD_S } from './joint-rig.ts'

/** What the servo has and the training model leaves out. */
export interface ServoTraits {
  /** Of the motor at the arm's supply [Nm]. */
  readonly stallTorqueNm: number
  /** The acceleration register: the firmware's ramp of the goal. */
  readonly acceleration: number
}

/**
 * The arm as training knows it, nominal: position servos with stiffness, damping, dry friction and play,
 * their set-points slewed at the servos' top speed. Without the command delay that training adds. With
 * `traits`, the same with the motor's torque and the firmware's ramp, to see what those two explain.
 */
export function createTrainingRig(model: ArmModel, traits?: ServoTraits): JointRig {
  const dynamics = new ArmDynamics(model)
  if (traits !== undefined) dynamics.parameters.stallTorque.fill(traits.stallTorqueNm)
  const goals = dynamics.target
  const profiles = Array.from(goals, (goal) => {
    const profile = new GoalProfile()
    profile.restart(goal / RAD_PER_STEP)
    return profile
  })
  let steps = 0
  const follow = (joint: number, target: number): number => {
    if (traits === undefined) {
      const most = model.maxSpeedRadPerS[joint]! * PERIOD_S
      const change = target - goals[joint]!
      return goals[joint]! + Math.max(-most, Math.min(most, change))
    }
    const ramped = profiles[joint]!.advance({
      goal: target / RAD_PER_STEP,
      speedLimit: 0,
      acceleration: traits.acceleration,
      accelerationLimit: traits.acceleration,
      stepS: PERIOD_S,
    })
    return ramped * RAD_PER_STEP
  }
  return {
    name: traits === undefined ? 'training' : 'training + servo traits',
    position: dynamics.q,
    velocity: dynamics.qd,
    get timeS() {
      return steps * PERIOD_S
    },
    async step(target) {
      for (let i = 0; i < goals.length; i++) goals[i] = follow(i, target[i]!)
      dynamics.step(PERIOD_S, true)
      steps++
    },
    dispose() {},
  }
}
