import { CodedError } from '../../configs/load/coded-error.ts'
import { goalSize } from '../../robot/io/spec.ts'
import type { TaskActor } from './task-actor.ts'

/** What takes hold of things, and can be judged by what sensors say. */
const GRASPING: readonly (string | undefined)[] = ['lift', 'pick-place', 'stack']

/**
 * Refuses an actor whose task a control loop cannot serve: it takes hold of things, or sees one object and one goal by
 * x and y and moves the tool. Throws POLICY_MISMATCH.
 */
export function checkDeployable({
  name,
  spec,
  task,
}: Pick<TaskActor, 'name' | 'spec' | 'task'>): void {
  const { action, sees } = spec.control
  const flat = { height: false, yawSymmetry: 0 }
  const { objects, goal } = sees ?? { objects: [flat], goal: flat }
  const isFlat = [...objects, goal].every((seen) => !seen.height && seen.yawSymmetry === 0)
  const isToolOnly = action.turn === undefined && action.gripper === undefined
  if (isToolOnly && isFlat && objects.length === 1) return
  if (GRASPING.includes(task.kind)) return
  throw new CodedError(
    'POLICY_MISMATCH',
    `${name} plays ${task.name}: an arm is deployed on pushing one object to a place and on ${GRASPING.join(', ')}, so far`,
    { hint: 'play it with sim2arm eval --world rapier or --world mujoco' },
  )
}

/** Throws ROBOT_UNREACHABLE for a goal [m] outside of where the task has goals, BRIDGE_USAGE for one without its height. */
export function checkGoal(actor: TaskActor, goal: readonly number[]): void {
  const { onArm, task } = actor
  const [x, y] = goal as [number, number]
  const size = goalSize(onArm.control)
  if (goal.length < size) {
    throw new CodedError('BRIDGE_USAGE', `expected a goal x,y,z, found ${goal.join(',')}`, {
      hint: `${task.name} is to a height too: for example --goal ${x},${y},0.06`,
    })
  }
  const error = unreachable(actor, goal)
  if (error !== undefined) throw error
}

/** ROBOT_UNREACHABLE for a goal [m] outside of where the task has goals. */
export function unreachable(
  { arm, onArm, task }: Pick<TaskActor, 'arm' | 'onArm' | 'task'>,
  goal: readonly number[],
): CodedError | undefined {
  const { xM, yM } = goalArea(onArm)
  const size = goalSize(onArm.control)
  const ranges = [xM, yM, heights(onArm, task)].slice(0, size)
  const place = goal.slice(0, size)
  if (ranges.every(([low, high], axis) => place[axis]! >= low && place[axis]! <= high)) {
    return undefined
  }
  const told = ranges.map(([low, high], axis) => `${'xyz'[axis]} ${low} to ${high}`)
  return new CodedError(
    'ROBOT_UNREACHABLE',
    `the goal ${place.join(', ')} m is outside of where ${task.name} is played on ${arm.name}`,
    { hint: `${told.join(', ')}, in the arm's base` },
  )
}

/** Beyond these an object is nowhere near its goal: what the table and the highest tool leave. */
function heights(
  { control, table }: TaskActor['onArm'],
  { success }: TaskActor['task'],
): readonly [number, number] {
  const { mainThresholdM } = success
  return [table.heightM - mainThresholdM, control.action.height.maxM + mainThresholdM]
}

/** Goals lie where objects begin, unless they are slid away from there. */
function goalArea({ area, parameters }: TaskActor['onArm']): TaskActor['onArm']['area'] {
  const { goalAsideM, goalFarM, goalNearM } = parameters
  if (goalNearM === undefined || goalFarM === undefined || goalAsideM === undefined) return area
  return { xM: [goalNearM, goalFarM], yM: [-goalAsideM, goalAsideM] }
}
