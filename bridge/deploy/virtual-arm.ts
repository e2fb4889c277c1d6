import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import type { TaskOnArm } from '../../sim/tasks/task.schema.ts'
import type { MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import type { Reality } from '../../sim/world/reality.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { GoalSource, LoopRequests, ObjectSource } from './sources.ts'

/** An emulated arm on virtual time as a control loop meets it, and a referee. */
export interface VirtualArm {
  readonly plant: MujocoPlant
  readonly driver: ArmDriver
  /** In the task's order. */
  readonly objects: readonly ObjectSource[]
  readonly goal: GoalSource
  readonly requests: LoopRequests
  /** Camera and controllers, once the clock runs. */
  start(): void
  /** Brings the mechanics up to now. */
  advance(): void
  /** Tells the loop: first the goal [m], then that an episode begins. */
  announce(goal: Float64Array): void
  dispose(): void
}

export interface VirtualArmOptions {
  readonly arm: ArmDescription
  readonly reality: Reality
  /** What is played; default: something with the reality's cylinder. */
  readonly task?: TaskOnArm
  readonly clock: EventClock
  readonly seed: number
  readonly config: DeployConfig
  /** Between two set-points [s]. */
  readonly periodS: number
}
