import { writeObservation } from '../../robot/io/observation.ts'
import { sightOf } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { yawOf } from '../../robot/model/pose.ts'
import type { TaskEnv } from './task-env.ts'

/**
 * Arms as they would be if their joints counted from their true zeros. A policy that is asked what to do knows no others
 * when it was trained on perfect sensors, and of an arm that it does know it can tell what it would do if it were told.
 */
export interface TrueZeros {
  /**
   * The observation of such an arm, with objects where they are.
   *
   * @param out - receives [numEnvs, observationSize]
   */
  observe(out: Float32Array): void
  /**
   * Turns what such an arm would be told to do into what the arms must be told: heights are by each arm's own count.
   *
   * @param actions - [numEnvs, action], changed in place; may leave -1..1
   */
  translate(actions: Float32Array): void
}

export function createTrueZeros(env: TaskEnv, model: ArmModel): TrueZeros {
  const { spec, actionSize } = env
  const { height } = spec.control.action
  const sights = sightOf(spec.control).objects
  const seen = sights.map(() => ({ xM: 0, yM: 0, zM: 0, yawRad: 0, ageS: 0, isFresh: true }))
  const kinematics = new ArmKinematics(model)
  const setpoint = new Float64Array(model.numJoints)
  const commandedTip = new Float64Array(3)
  const previousAction = new Float64Array(actionSize)
  /** By how much arm `k` counts its tip higher than it is, in units of the action. */
  const excess = (k: number) => {
    if (height.mode === 'relative') return 0
    return (env.arms[k]!.controller.measuredTip[2]! - env.stateOf(k).tip[2]!) / height.spanM
  }
  return {
    observe(out) {
      for (let k = 0; k < env.numEnvs; k++) {
        const { controller, draw, seenObjects } = env.arms[k]!
        const { trim, trimJoints, measuredTip } = controller
        const { q, tip, objects } = env.stateOf(k)
        const zero = draw.values.zeroOffsetRad
        for (let i = 0; i < setpoint.length; i++) setpoint[i] = controller.setpoint[i]! - zero[i]!
        for (let i = 0; i < 3; i++) {
          commandedTip[i] = controller.commandedTip[i]! - measuredTip[i]! + tip[i]!
        }
        previousAction.set(controller.previousAction)
        previousAction[2] = previousAction[2]! - excess(k)
        for (const [i, measurement] of seen.entries()) {
          const { position, quaternion } = objects[seenObjects[i]!]!
          measurement.xM = position[0]!
          measurement.yM = position[1]!
          measurement.zM = position[2]!
          measurement.yawRad = sights[i]!.yawSymmetry > 0 ? yawOf(quaternion) : 0
        }
        kinematics.forward(q)
        const measuredYaw = yawOf(kinematics.tipQuaternion)
        const measured = { measuredTip: tip, measuredYaw }
        const view = { ...measured, commandedTip, setpoint, previousAction, trim, trimJoints }
        writeObservation(spec, view, q, seen, env.tasks[k]!.goal, out, k * env.observationSize)
      }
    },
    translate(actions) {
      for (let k = 0; k < env.numEnvs; k++) {
        const i = k * actionSize + 2
        actions[i] = actions[i]! + excess(k)
      }
    },
  }
}
