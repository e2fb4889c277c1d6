import { stampOf } from '../recording/ros-values.ts'
import { CommandTopic } from './command-topic.ts'
import { checkJoints } from './controller-joints.ts'
import type { JointTrajectory } from './interfaces.ts'
import type { CommanderOptions, JointCommander } from './joint-commander.ts'

/** A trajectory of one point, from when it arrives. */
export function onePoint(
  joints: readonly string[],
  goal: Float64Array,
  horizonS: number,
): JointTrajectory {
  return {
    header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' },
    joint_names: joints,
    // Positions only: a last velocity other than zero is refused unless the controller is told to allow it.
    points: [{ positions: Array.from(goal), time_from_start: stampOf(horizonS) }],
  }
}

/**
 * Set-points on the topic of a joint_trajectory_controller. Each replaces the last; when none comes any more the
 * controller stays at the last one. The controller interpolates from where the arm is measured: with a horizon
 * longer than its own period a lagging arm follows softly, unless `interpolate_from_desired_state` is true.
 */
export function createTrajectoryCommander(
  { controller, horizonS }: { readonly controller: string; readonly horizonS?: number | undefined },
  options: CommanderOptions,
): JointCommander {
  const { joints, periodS } = options
  const type = 'trajectory_msgs/msg/JointTrajectory'
  const topic = new CommandTopic(type, `${controller}/joint_trajectory`, options)
  return {
    async open(signal) {
      await topic.open(signal)
      await checkJoints(controller, options, signal)
    },
    send: (goal) => topic.send(() => onePoint(joints, goal, horizonS ?? periodS)),
    close: () => topic.close(),
  }
}
