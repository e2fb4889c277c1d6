import { CodedError } from '../../configs/load/coded-error.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import {
  type ArmState,
  createObjectState,
  type ObjectPose,
  type Physics,
} from '../../sim/engines/engine.ts'
import { restOnTable } from '../../sim/scene/table.ts'
import type { GraspingParameter } from '../../sim/tasks/grasping.ts'
import type { PushOnArm } from '../../sim/tasks/push.ts'
import { pushArea } from '../../sim/tasks/pushing.ts'
import { taskDefinition } from '../../sim/tasks/resolve-task.ts'
import type { TaskConfig, TaskOnArm } from '../../sim/tasks/task.schema.ts'
import type { Task, TaskOutcome } from '../../sim/tasks/task.ts'
import { drawPush } from './draw-push.ts'
import { twinTask } from './twin-task.ts'

/** Stream of an episode's draw: by seed and number alone. */
export const EPISODE_STREAM = 11

const MAX_TRIES = 1000
/** A tool this far above an object does not touch it [m]. */
const ABOVE_M = 0.01

/** Where an episode begins, the arm being where it is. */
export interface Beginning {
  /** At rest on the table, in the task's order. */
  readonly objects: readonly ObjectPose[]
  /** x, y and, where the task has one, z, base frame [m]. */
  readonly goal: Float64Array
}

/** A place in which a task is played, and where the tool is in it, base frame [3], [m]. */
export interface StagedWorld {
  readonly physics: Physics
  readonly state: Pick<ArmState, 'tip'>
}

/** How a task's episodes are set up for an arm that nobody moves in between, and judged. */
export interface Staging {
  readonly onArm: TaskOnArm
  /** Whether the arm goes to the task's `toolStart` by itself after an episode; else it stays where it is. */
  readonly hasStart: boolean
  /**
   * Draws objects clear of the tool, and a goal.
   * @param fixed - the goal, where it is given
   */
  draw(stream: RandomStream, world: StagedWorld, fixed?: readonly number[]): Beginning
  /** How things stand; overwritten by the next call. */
  judge(state: ArmState, physics: Physics, goal: Float64Array): TaskOutcome
}

/** Takes a good part of a second. Throws BRIDGE_USAGE for a task that is not staged so far. */
export function createStaging(task: TaskConfig, arm: ArmDescription): Staging {
  const onArm = twinTask(task, arm.name)
  if (task.kind !== 'push' && arm.bus === undefined) {
    throw new CodedError(
      'BRIDGE_USAGE',
      `${task.name} takes a hand, and the one of ${arm.name} is not driven over ROS 2 so far`,
      { hint: 'play it with --world rapier or --world mujoco' },
    )
  }
  const model = compileControlled(arm, onArm.control)
  if (task.kind === 'push') return new PushStaging(onArm as TaskOnArm as PushOnArm, model)
  const thresholdM = task.success.mainThresholdM
  const { prepare } = taskDefinition(task)
  return new GraspStaging(onArm, prepare({ model, onArm, thresholdM })())
}

class PushStaging implements Staging {
  readonly hasStart = false
  readonly onArm: PushOnArm
  readonly #area: ReturnType<typeof pushArea>
  readonly #outcome: TaskOutcome = { distanceM: 0, isMet: true, point: new Float64Array(3) }

  constructor(onArm: PushOnArm, model: ReturnType<typeof compileControlled>) {
    this.onArm = onArm
    this.#area = pushArea({ model, onArm })
  }

  draw(stream: RandomStream, { physics, state }: StagedWorld, fixed?: readonly number[]) {
    const setting = { area: this.#area, onArm: this.onArm }
    const { goal, place } = drawPush(stream, setting, state.tip, fixed)
    const pose = createObjectState()
    const halfHeightM = physics.objects[0]!.shape.halfSizeM[2]!
    const yawRad = stream.between(-Math.PI, Math.PI)
    restOnTable(physics.table, halfHeightM, place[0], place[1], yawRad, pose)
    return { objects: [pose], goal: Float64Array.from(goal) }
  }

  judge({ objects }: ArmState, _physics: Physics, goal: Float64Array): TaskOutcome {
    const { position } = objects[0]!
    this.#outcome.distanceM = Math.hypot(position[0]! - goal[0]!, position[1]! - goal[1]!)
    this.#outcome.point.set(position)
    return this.#outcome
  }
}

/** Begins and ends as the task itself does in simulation, but for the arm. */
class GraspStaging implements Staging {
  readonly hasStart = true
  readonly onArm: TaskOnArm
  readonly #task: Task

  constructor(onArm: TaskOnArm, task: Task) {
    this.onArm = onArm
    this.#task = task
  }

  draw(stream: RandomStream, { physics, state }: StagedWorld, fixed?: readonly number[]) {
    const numJoints = physics.linkMassKg.length
    const objects = physics.objects.map(createObjectState)
    const start = { q: new Float64Array(numJoints), objects }
    for (let i = 0; i < MAX_TRIES; i++) {
      this.#task.begin(stream, physics, new Float64Array(numJoints), start)
      if (this.#isClear(objects, physics, state.tip)) break
    }
    return { objects, goal: Float64Array.from(fixed ?? this.#task.goal) }
  }

  judge(state: ArmState, physics: Physics, goal: Float64Array): TaskOutcome {
    this.#task.goal.set(goal)
    this.#task.look(state, physics)
    return this.#task.outcome
  }

  /** As far from a hand near the table as from another object; one that hangs above does no harm. */
  #isClear(objects: readonly ObjectPose[], physics: Physics, tip: Float64Array): boolean {
    const { apartM } = this.onArm.parameters as TaskOnArm<GraspingParameter>['parameters']
    return objects.every(({ position: p }, k) => {
      const topM = p[2]! + physics.objects[k]!.shape.halfSizeM[2]!
      return tip[2]! > topM + ABOVE_M || Math.hypot(p[0]! - tip[0]!, p[1]! - tip[1]!) >= apartM
    })
  }
}
