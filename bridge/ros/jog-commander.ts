import { stampOf } from '../recording/ros-values.ts'
import { CommandTopic } from './command-topic.ts'
import type { CommanderOptions, JointCommander } from './joint-commander.ts'

/**
 * Set-points as joint speeds for MoveIt Servo: that of the set-point, and one that takes the arm there. Servo smooths,
 * watches collisions and limits, and halts the arm when no speeds come for its time-out (0.1 s).
 */
export function createJogCommander(
  { controller, gainPerS }: { readonly controller: string; readonly gainPerS: number },
  options: CommanderOptions,
): JointCommander {
  const { node, joints, periodS } = options
  const topic = new CommandTopic(
    'control_msgs/msg/JointJog',
    `${controller}/delta_joint_cmds`,
    options,
  )
  let last: Float64Array | undefined
  return {
    open: (signal) => topic.open(signal),
    send(goal, measured) {
      const before = last ?? goal
      topic.send(() => ({
        // Servo drops commands by their stamp.
        header: { stamp: stampOf(node.now()), frame_id: '' },
        joint_names: joints,
        displacements: [],
        velocities: Array.from(goal, (q, i) => {
          const speed = (q - before[i]!) / periodS
          return speed + gainPerS * (q - measured[i]!)
        }),
        duration: periodS,
      }))
      last = goal.slice()
    },
    close: () => topic.close(),
  }
}
