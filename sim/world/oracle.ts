import { writeObservation } from '../../robot/io/observation.ts'
import { goalSize, observationOffset, sightOf } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { yawOf } from '../../robot/model/pose.ts'
import type { Solver } from '../solvers/solver.ts'
import { countedDistanceM } from '../tasks/task.ts'
import type { TaskEnv } from './task-env.ts'
import { createTrueZeros, type TrueZeros } from './true-zeros.ts'

/** What a simulator knows beyond what it lets a policy see: for experts, and for hindsight. */
export interface Oracle {
  /**
   * The observation as an arm without errors of measurement would make it: objects and goals lie where the tool,
   * by the arm's own count, must go to be there; every frame is new.
   *
   * @param out - receives [numEnvs, observationSize]
   */
  observe(out: Float32Array): void
  /** The same arms, if their joints also counted from their true zeros. */
  readonly trueZeros: TrueZeros
  /** Who shows an arm the task. Throws CONFIG_UNKNOWN_NAME where nobody has written one. */
  createTeacher(): Solver
  /** Undefined where more than a place is to be reached. */
  readonly goals: GoalView | undefined
}

/** Goals that are places: how another one would look to the policy. */
export interface GoalView {
  /** Numbers of a place: x and y, or also z. */
  readonly size: number
  /** Radius of success [m]. */
  readonly thresholdM: number
  /** Coordinate of the goal that an entry of the observation is greater by, -1 for none [observationSize]. */
  readonly observationAxis: Int8Array
  /** Entries of the critic's input that tell of the goal, from the first up to but not the second. */
  readonly criticFeatures: readonly [number, number]
  /**
   * Where each arm's goal is, and where what is judged is now; of an arm whose simulation has broken down both are NaN.
   *
   * @param desired - receives [numEnvs, size], [m]
   * @param achieved - receives [numEnvs, size], [m]; NaN while success takes more than its place
   */
  read(desired: Float32Array, achieved: Float32Array): void
}

export interface OracleOptions {
  readonly model: ArmModel
  readonly createTeacher: () => Solver
  /** The main threshold of success [m]. */
  readonly thresholdM: number
}

export function createOracle(
  env: TaskEnv,
  { model, createTeacher, thresholdM }: OracleOptions,
): Oracle {
  const { objects: sights } = sightOf(env.spec.control)
  const seen = sights.map(() => ({ xM: 0, yM: 0, zM: 0, yawRad: 0, ageS: 0, isFresh: true }))
  const goal = new Float64Array(goalSize(env.spec.control))
  return {
    createTeacher,
    goals: createGoalView(env, thresholdM),
    trueZeros: createTrueZeros(env, model),
    observe(out) {
      for (let k = 0; k < env.numEnvs; k++) {
        const { controller, measuredQ, seenObjects } = env.arms[k]!
        const { tip, objects } = env.stateOf(k)
        const { measuredTip } = controller
        const task = env.tasks[k]!
        const [x, y, z] = [0, 1, 2].map((i) => measuredTip[i]! - tip[i]!) as [
          number,
          number,
          number,
        ]
        for (const [i, measurement] of seen.entries()) {
          const { position, quaternion } = objects[seenObjects[i]!]!
          measurement.xM = position[0]! + x
          measurement.yM = position[1]! + y
          measurement.zM = position[2]! + z
          measurement.yawRad = sights[i]!.yawSymmetry > 0 ? yawOf(quaternion) : 0
        }
        goal.set(task.goal)
        goal[0] = goal[0]! + x
        goal[1] = goal[1]! + y
        if (sightOf(env.spec.control).goal.height) goal[2] = goal[2]! + z
        const offset = k * env.observationSize
        writeObservation(env.spec, controller, measuredQ, seen, goal, out, offset)
      }
    },
  }
}

function createGoalView(env: TaskEnv, thresholdM: number): GoalView | undefined {
  const { spec, stateSpace, tasks, numEnvs } = env
  const sight = sightOf(spec.control)
  if (sight.goal.yawSymmetry > 0) return undefined
  const size = sight.goal.height ? 3 : 2
  const observationAxis = new Int8Array(env.observationSize).fill(-1)
  const toGoal = sight.objects.length > 0 ? 'objectToGoal' : 'toolToGoal'
  for (const name of ['goalPosition', toGoal]) {
    const offset = observationOffset(spec, name)
    for (let axis = 0; axis < size; axis++) observationAxis[offset + axis] = axis
  }
  const { offset: begin } = stateSpace.terms.find(({ name }) => name === 'taskFeatures')!
  return {
    size,
    thresholdM,
    observationAxis,
    criticFeatures: [begin, begin + tasks[0]!.numFeatures],
    read(desired, achieved) {
      for (let k = 0; k < numEnvs; k++) {
        const { goal, outcome } = tasks[k]!
        const counts = Number.isFinite(countedDistanceM(outcome))
        const isBroken = Number.isNaN(outcome.distanceM)
        for (let axis = 0; axis < size; axis++) {
          desired[k * size + axis] = isBroken ? Number.NaN : goal[axis]!
          achieved[k * size + axis] = counts ? outcome.point[axis]! : Number.NaN
        }
      }
    },
  }
}
