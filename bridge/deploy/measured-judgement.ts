import type { ArmModel } from '../../robot/model/arm.ts'
import { quaternionFromAxisAngle } from '../../robot/model/pose.ts'
import { createArmState } from '../../sim/engines/engine.ts'
import { nominalPhysics } from '../../sim/randomization/draw-physics.ts'
import type { Judgement } from './episode-judge.ts'
import type { Staging } from './staging.ts'

const Z_AXIS = [0, 0, 1]

/** The task's own judgement, of what an arm's sensors say, sizes and table as its file has them. */
export function measuredJudgement(
  staging: Staging,
  model: ArmModel,
): (measuredQ: Float64Array) => Judgement {
  const { onArm } = staging
  const physics = nominalPhysics(model, onArm)
  const state = createArmState(model.numJoints, onArm.objects.length)
  return (measuredQ) => (objects, goal) => {
    state.q.set(measuredQ)
    for (const [k, { position, quaternion }] of state.objects.entries()) {
      const { xM, yM, zM, yawRad } = objects[k]!
      position.set([xM, yM, zM])
      quaternionFromAxisAngle(Z_AXIS, yawRad, quaternion)
    }
    return staging.judge(state, physics, goal)
  }
}
