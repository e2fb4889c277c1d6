import { expect, it } from 'vitest'
import type { DeploymentOptions } from '../../../bridge/deploy/deployment.node.ts'
import { listenForOrders } from '../../../bridge/deploy/listen-for-orders.ts'
import { StreamFrames } from '../../../bridge/deploy/stream-frames.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import { stampOf } from '../../../bridge/recording/ros-values.ts'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { COMMAND_QOS } from '../../../bridge/ros/qos.ts'
import { RosStream } from '../../../bridge/ros/ros-stream.ts'
import { MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { deployConfig } from '../deploy/loop-setup.ts'

it('a deployment as a node of ROS 2 takes another goal at ~/goal, in the frame of its base', async () => {
  const clock = new VirtualClock()
  const graph = new MemoryDomain({ clock }).graph()
  const stream = new RosStream(graph.createNode({ name: 'sim2arm' }))
  const actor = await loadTaskActor({ name: 'push-so101' })
  const told: string[] = []
  const onGoalRejected = (reason: string) => void told.push(reason)
  const chosen = { actor, config: deployConfig, goal: [0.25, 0.1], onGoalRejected }
  const options = chosen as unknown as DeploymentOptions
  const now = () => clock.now()
  const { baseFrames } = deployConfig
  const { goal } = await listenForOrders(options, {
    // A fixed goal opens none.
    ...{ streams: undefined as never, objectStream: stream, rosStream: stream },
    objectFrames: new StreamFrames({ stream, baseFrames, now }),
    now,
  })
  const operator = graph
    .createNode({ name: 'operator' })
    .publisher(MESSAGE_TYPE.poseStamped, '/sim2arm/goal', COMMAND_QOS)
  const ask = async (frame_id: string, x: number, y: number) => {
    const pose = { position: { x, y, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } }
    operator.publish({ header: { stamp: stampOf(0), frame_id }, pose })
    await clock.advanceTo(clock.now() + 0.1)
    return Array.from(goal.goal).slice(0, 2)
  }
  expect(Array.from(goal.goal).slice(0, 2)).toEqual([0.25, 0.1])
  expect(await ask(deployConfig.baseFrames[0]!, 0.3, -0.05)).toEqual([0.3, -0.05])
  expect(await ask('kitchen', 0.2, 0.2)).toEqual([0.3, -0.05])
  expect(goal.rejected).toBe(1)
  // Out of reach, as `--goal 2.5,0.05` is.
  expect(await ask(deployConfig.baseFrames[0]!, 2.5, 0.05)).toEqual([0.3, -0.05])
  expect(goal.rejected).toBe(2)
  expect(told).toEqual([expect.stringMatching(/^~\/goal: .*kitchen/)])
})
