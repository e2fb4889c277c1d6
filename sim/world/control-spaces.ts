import { OLDEST_AGE_S } from '../../robot/io/observation.ts'
import type { ControlSpec, ObservationTerm } from '../../robot/io/spec.ts'
import { createSpace, type Space, type SpaceTerm } from './space.ts'

/** What a policy sees: the terms of the control spec, the same in simulation and on an arm. */
export function observationSpace({ observation, control }: ControlSpec): Space {
  const { maxRad } = control.action.trim
  return createSpace(observation.map((term) => ({ ...term, ...boundsOf(term, maxRad) })))
}

/** Of the actions that do not move the tool's place. */
const ACTION_FRAMES: Readonly<Record<string, SpaceTerm['frame']>> = {
  toolTurn: 'joint',
  gripper: 'none',
}

/**
 * What a policy does, each number in -1..1 (clipped); `control.action` of the spec says how far 1 goes:
 * sideways travel per step, height, turn and opening of the gripper.
 */
export function actionSpace({ actionNames }: ControlSpec): Space {
  const shape = { size: 1, unit: '1', low: -1, high: 1 } as const
  return createSpace(
    actionNames.map((name) => ({ name, frame: ACTION_FRAMES[name] ?? 'base', ...shape })),
  )
}

/** Actions, cosines and sines, flags, ages and trims are limited; places and joints can be anywhere. */
function boundsOf(
  { name, unit }: ObservationTerm,
  maxTrimRad: number,
): Partial<Pick<SpaceTerm, 'low' | 'high'>> {
  if (unit === 's') return { low: 0, high: OLDEST_AGE_S }
  if (name.startsWith('objectIsFresh')) return { low: 0, high: 1 }
  if (unit === '1') return { low: -1, high: 1 }
  return name === 'setpointTrim' ? { low: -maxTrimRad, high: maxTrimRad } : {}
}
