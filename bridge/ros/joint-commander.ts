import type { Clock } from '../../robot/model/clock.ts'
import { createForwardCommander } from './forward-commander.ts'
import type { RosNode } from './graph.ts'
import { createJogCommander } from './jog-commander.ts'
import type { RosConfig } from './ros.schema.ts'
import { createTrajectoryActionCommander } from './trajectory-action-commander.ts'
import { createTrajectoryCommander } from './trajectory-commander.ts'

/** One way to give set-points to a controller of ros2_control. */
export interface JointCommander {
  /** Resolves when the controller is there and moves these joints. Throws ROBOT_CONTROLLER_…. */
  open(signal: AbortSignal | undefined): Promise<void>
  /**
   * Sends a set-point; the newest counts.
   * @param goal,measured - in the order of the joints [rad or m]
   * @throws ROBOT_CONTROLLER_FAULT, ROBOT_CONTROLLER_SILENT: what has become of earlier ones
   */
  send(goal: Float64Array, measured: Float64Array): void
  close(): void
}

export interface CommanderOptions {
  readonly node: RosNode
  readonly clock: Clock
  /** Names in ROS, in the order of the goals. */
  readonly joints: readonly string[]
  /** Between two set-points [s]. */
  readonly periodS: number
  readonly waitS: number
}

export function createCommander(
  command: RosConfig['command'],
  options: CommanderOptions,
): JointCommander {
  switch (command.kind) {
    case 'jointTrajectory':
      return createTrajectoryCommander(command, options)
    case 'followJointTrajectory':
      return createTrajectoryActionCommander(command, options)
    case 'forwardCommand':
      return createForwardCommander(command, options)
    case 'jointJog':
      return createJogCommander(command, options)
  }
}
