import type { ControlSpec } from '../../robot/io/spec.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'

/**
 * A scripted way through a task, by the policy's own interface: observation in, action out. It shows that
 * the task is possible, demonstrates it, and is the baseline beside a policy.
 */
export interface Solver {
  /** An episode begins. */
  reset(): void
  /** One policy step: `observation` from `begin`, actions in -1..1 into `out` from `outBegin`. */
  act(observation: Float32Array, begin: number, out: Float32Array, outBegin: number): void
}

export interface SolverSetting {
  readonly spec: ControlSpec
  readonly onArm: TaskOnArm
  readonly model: ArmModel
}

export type CreateSolver = (setting: SolverSetting) => Solver
