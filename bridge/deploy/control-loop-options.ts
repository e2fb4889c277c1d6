import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ControlSpec } from '../../robot/io/spec.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { Clock } from '../../robot/model/clock.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { Judgement } from './episode-judge.ts'
import type { FirstRunWatch } from './first-run.ts'
import type { Hand } from './hand.ts'
import type { HandOver } from './hand-over.ts'
import type { GoalSource, JointSensor, LoopRequests, ObjectSource, Stepper } from './sources.ts'

export interface ControlLoopOptions {
  readonly driver: ArmDriver
  readonly arm: ArmDescription
  readonly model: ArmModel
  readonly spec: ControlSpec
  readonly policy: Stepper
  /** A hand that may act in the policy's place. */
  readonly handOver?: HandOver
  readonly clock: Clock
  readonly config: DeployConfig
  /** As many as the spec's control sees, in its order. */
  readonly objects: readonly ObjectSource[]
  /** Left out: the driver tells its joints. */
  readonly joints?: JointSensor
  readonly goal: GoalSource
  readonly requests: LoopRequests
  /**
   * Where the tool is when the task's episodes begin, base frame [m]: after each the arm goes there and waits. Left out:
   * the first begins where the config says, the others where the arm is.
   */
  readonly toolStart?: DeployConfig['softStart']['startBox']
  readonly episodeS: number
  readonly thresholdM: number
  /** Left out: the first object belongs at the goal, seen from above. @see createJudgement */
  readonly judge?: (measuredQ: Float64Array) => Judgement
  /** Ends after this many judged episodes; runs on without. */
  readonly episodes?: number
  /** One goal for the whole run: judged again every `episodeS`. */
  readonly hasFixedGoal?: boolean
  /** Share of full speed, 0..1. */
  readonly speed: number
  /** Compute, send nothing. */
  readonly isShadow: boolean
  /** The arm has never run with its calibration: every joint is tried, and the policy gets its speed in stages. */
  readonly firstRun?: FirstRunWatch
  /** Where joints that the policy does not move belong, by name [rad]. */
  readonly heldQ?: Readonly<Record<string, number>>
  /** May take the arm from the policy and give it back; left out: nobody does. */
  readonly hand?: Hand
  readonly signal: AbortSignal
}
