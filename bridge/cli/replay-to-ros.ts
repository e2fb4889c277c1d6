import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { LoggedRun } from '../replay/load-run.node.ts'
import { publishRecording } from '../replay/ros-recording.ts'
import { openRclnodejsGraph } from '../ros/rclnodejs-graph.node.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { describeStreamed, streamedMessages } from './replay-to-stream.ts'

const NODE = 'sim2arm_replay'

/** Publishes a recording's topics in ROS 2, at the recorded pace. */
export async function replayToRos(
  { args, options, out, rosArgs, signal }: CommandContext,
  load: () => Promise<LoggedRun>,
): Promise<CommandOutcome> {
  const file = args[0] as string
  const recording = await streamedMessages(file, load)
  const speed = (options['speed'] as number | undefined) ?? 1
  const graph = await openRclnodejsGraph(rosArgs)
  try {
    const node = graph.createNode({ name: NODE })
    const durationS = recording.durationS / speed
    out.event({ type: 'ready', node: node.name, durationS })
    out.line(`${recording.count} messages from node ${node.name}`)
    const streamed = await publishRecording(recording, node, {
      ...{ clock: new RealClock(), signal, speed, isLooped: options['loop'] === true },
      onProgress: (done) => out.progress({ done, total: durationS, unit: 's' }),
    })
    return describeStreamed(file, streamed)
  } finally {
    graph.close()
  }
}
