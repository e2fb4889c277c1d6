import type { RandomStream } from '../../robot/model/random.ts'
import type { Engine } from '../engines/engine.ts'
import type { Snapshot } from '../engines/snapshot.ts'
import type { Task } from '../tasks/task.ts'
import type { ControlledArm } from './controlled-arm.ts'
import { copyValues } from './copy-values.ts'
import type { SettlingTrail } from './settling-trail.ts'

/** What an environment consists of that goes on from step to step. */
export interface TaskEnvParts {
  readonly engine: Engine
  readonly arms: readonly ControlledArm[]
  readonly tasks: readonly Task[]
  readonly trail: SettlingTrail
  readonly starts: readonly RandomStream[]
  readonly shown: Shown
}

/** What `reset` and `step` leave to be read. */
export interface Shown {
  readonly observation: Float32Array
  readonly critic: Float32Array
  readonly reward: Float32Array
  readonly terms: Float64Array
  readonly distanceM: Float32Array
  readonly objectSpeedMPerS: Float32Array
  readonly isSuccess: Uint8Array
  readonly terminated: Uint8Array
  readonly truncated: Uint8Array
  readonly pinned: Int32Array
}

export interface TaskEnvSnapshot extends Snapshot {
  readonly parts: ReturnType<typeof saveParts>
  readonly timeS: number
  readonly stepIndex: number
}

export function shownBy(env: Shown): Shown {
  const { observation, critic, reward, terms, distanceM, objectSpeedMPerS } = env
  const { isSuccess, terminated, truncated, pinned } = env
  const flags = { isSuccess, terminated, truncated, pinned }
  return { observation, critic, reward, terms, distanceM, objectSpeedMPerS, ...flags }
}

export function saveParts({ engine, arms, tasks, trail, starts, shown }: TaskEnvParts) {
  return {
    engine: engine.snapshot(),
    arms: arms.map((arm) => arm.save()),
    tasks: tasks.map((task) =>
      structuredClone({ goal: task.goal, terms: task.terms, own: task.save?.() }),
    ),
    trail: trail.save(),
    starts: starts.map((start) => start.save()),
    shown: structuredClone(shown),
  }
}

/** Throws SIM_SNAPSHOT_INVALID, having changed nothing, when the engine's part is not the engine's. */
export function restoreParts(parts: TaskEnvParts, saved: TaskEnvSnapshot['parts']): void {
  const { engine, arms, tasks, trail, starts, shown } = parts
  engine.restore(saved.engine)
  trail.restore(saved.trail)
  for (let k = 0; k < arms.length; k++) {
    const [arm, task] = [arms[k]!, tasks[k]!]
    arm.restore(saved.arms[k]!)
    starts[k]!.restore(saved.starts[k]!)
    const { goal, terms, own } = saved.tasks[k]!
    task.restore?.(own)
    task.goal.set(goal)
    task.look(engine.state(k), arm.physics)
    task.terms.set(terms)
  }
  copyValues(saved.shown, shown)
}
