import { controllerSilent, waitUntil } from './controller-errors.ts'
import type { RosPublisher } from './graph.ts'
import { type JointTrajectory, timeOf } from './interfaces.ts'
import type { CommanderOptions, JointCommander } from './joint-commander.ts'
import { COMMAND_QOS } from './qos.ts'

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
    points: [{ positions: Array.from(goal), time_from_start: timeOf(horizonS) }],
  }
}

/**
 * Set-points on the topic of a joint_trajectory_controller. Each replaces the last; when none comes any more the
 * controller stays at the last one. The controller interpolates from where the arm is measured: with a horizon
 * longer than its own period a lagging arm follows softly, unless `interpolate_from_desired_state` is true.
 */
export function createTrajectoryCommander(
  { controller, horizonS }: { readonly controller: string; readonly horizonS?: number | undefined },
  { node, clock, joints, periodS, waitS }: CommanderOptions,
): JointCommander {
  const topic = `/${controller}/joint_trajectory`
  let publisher: RosPublisher<JointTrajectory> | undefined
  return {
    async open(signal) {
      const opened = node.publisher('trajectory_msgs/msg/JointTrajectory', topic, COMMAND_QOS)
      publisher = opened
      await waitUntil(() => opened.numMatched > 0, {
        clock,
        timeoutS: waitS,
        signal,
        failure: () => nobodyListens(topic),
      })
    },
    send(goal) {
      if (publisher === undefined || publisher.numMatched === 0) throw nobodyListens(topic)
      publisher.publish(onePoint(joints, goal, horizonS ?? periodS))
    },
    close: () => publisher?.close(),
  }
}

export function nobodyListens(topic: string): Error {
  return controllerSilent(
    `nobody listens to ${topic}`,
    'is the controller active? ros2 control list_controllers; else change ros.command.controller',
  )
}
