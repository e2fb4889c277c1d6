import { type ControlSpec, observationOffset } from '../../robot/io/spec.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { PlanarPose } from './planar-push.ts'
import type { Place } from './push-field.ts'

const MOST_SAG_M = 0.02

/** What an observation tells of a push, base frame [m], [rad]. */
export interface PushSituation {
  /** The commanded tool, and the way that it was told to go last, as a share of the longest. */
  readonly tool: Place & { readonly goneX: number; readonly goneY: number }
  /** Height of the commanded and of the measured tool. */
  readonly commandedM: number
  readonly heightM: number
  /** How far an arm hangs below its command: it is told to be so much higher. */
  readonly sagM: number
  readonly object: PlanarPose
  readonly goal: PlanarPose
}

/** Reads observations with an object and a goal that have yaws. @param symmetry - turns that look the same */
export function createPushView(
  spec: ControlSpec,
  symmetry: number,
): (observation: Float32Array, begin: number) => PushSituation {
  const at = (name: string) => observationOffset(spec, name)
  const [commanded, measured, previous] = [
    at('commandedTool'),
    at('toolPosition'),
    at('previousAction'),
  ] as const
  const [object, objectYaw] = [at('objectPosition'), at('objectYaw')] as const
  const [goal, goalYaw] = [at('goalPosition'), at('goalYaw')] as const
  return (observation, begin) => {
    const see = (offset: number, i: number) => observation[begin + offset + i]!
    const poseAt = (place: number, yaw: number): PlanarPose => ({
      x: see(place, 0),
      y: see(place, 1),
      yaw: Math.atan2(see(yaw, 1), see(yaw, 0)) / symmetry,
    })
    const [commandedM, heightM] = [see(commanded, 2), see(measured, 2)]
    const [goneX, goneY] = [see(previous, 0), see(previous, 1)]
    return {
      tool: { x: see(commanded, 0), y: see(commanded, 1), goneX, goneY },
      ...{ commandedM, heightM, sagM: clamp(commandedM - heightM, 0, MOST_SAG_M) },
      object: poseAt(object, objectYaw),
      goal: poseAt(goal, goalYaw),
    }
  }
}
