import { waitUntil } from './controller-errors.ts'
import type { RosPublisher } from './graph.ts'
import { type MessageTypes, timeOf } from './interfaces.ts'
import type { CommanderOptions, JointCommander } from './joint-commander.ts'
import { COMMAND_QOS } from './qos.ts'
import { nobodyListens } from './trajectory-commander.ts'

type Jog = MessageTypes['control_msgs/msg/JointJog']

/**
 * Set-points as joint speeds for MoveIt Servo: that of the set-point, and one that takes the arm there. Servo smooths,
 * watches collisions and limits, and halts the arm when no speeds come for its time-out (0.1 s).
 */
export function createJogCommander(
  { controller, gainPerS }: { readonly controller: string; readonly gainPerS: number },
  { node, clock, joints, periodS, waitS }: CommanderOptions,
): JointCommander {
  const topic = `/${controller}/delta_joint_cmds`
  let publisher: RosPublisher<Jog> | undefined
  let last: Float64Array | undefined
  return {
    async open(signal) {
      const opened = node.publisher('control_msgs/msg/JointJog', topic, COMMAND_QOS)
      publisher = opened
      await waitUntil(() => opened.numMatched > 0, {
        clock,
        timeoutS: waitS,
        signal,
        failure: () => nobodyListens(topic),
      })
    },
    send(goal, measured) {
      if (publisher === undefined || publisher.numMatched === 0) throw nobodyListens(topic)
      const before = last ?? goal
      publisher.publish({
        // Servo drops commands by their stamp.
        header: { stamp: timeOf(node.now()), frame_id: '' },
        joint_names: joints,
        displacements: [],
        velocities: Array.from(goal, (q, i) => {
          const speed = (q - before[i]!) / periodS
          return speed + gainPerS * (q - measured[i]!)
        }),
        duration: periodS,
      })
      last = goal.slice()
    },
    close: () => publisher?.close(),
  }
}
