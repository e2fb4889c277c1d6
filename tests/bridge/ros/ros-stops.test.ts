import { beforeEach, describe, expect, it } from 'vitest'
import { GoalHolder } from '../../../bridge/deploy/object-tracker.ts'
import { takePlaceInRos } from '../../../bridge/deploy/ros-place.ts'
import { StreamFrames } from '../../../bridge/deploy/stream-frames.ts'
import { subscribeGoal } from '../../../bridge/deploy/stream-goals.ts'
import { StreamRequests } from '../../../bridge/deploy/stream-sources.ts'
import { stampOf } from '../../../bridge/recording/ros-values.ts'
import type { RosNode } from '../../../bridge/ros/graph.ts'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { LATCHED_QOS, type Qos } from '../../../bridge/ros/qos.ts'
import { rosSchema } from '../../../bridge/ros/ros.schema.ts'
import { MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import type { Stream } from '../../../bridge/streams/stream.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

const JTC = { kind: 'jointTrajectory', controller: 'jtc' } as const
const EVERY_QOS: Qos[] = (['reliable', 'bestEffort'] as const).flatMap((reliability) =>
  (['volatile', 'transientLocal'] as const).map((durability) => ({
    ...{ reliability, durability, depth: 1 },
  })),
)

let clock: VirtualClock
let operator: RosNode
let stream: Stream

beforeEach(() => {
  clock = new VirtualClock()
  const graph = new MemoryDomain({ clock }).graph()
  operator = graph.createNode({ name: 'operator' })
  stream = takePlaceInRos({
    node: graph.createNode({ name: 'sim2arm' }),
    config: rosSchema.parse({ command: JTC }),
    arm: loadArmDescription('panda'),
    isPublishingArm: false,
    goalTopic: '/table/goal',
    now: () => clock.now(),
  }).stream
})

/** On `/emergency_stop`, and on a topic that somebody has named. */
function listen(): StreamRequests {
  const requests = new StreamRequests(stream, () => clock.now())
  requests.listenForStop(stream, '/estop')
  return requests
}

const say = (topic: string, data: boolean, qos: Qos) =>
  operator.publisher(MESSAGE_TYPE.bool, topic, qos).publish({ data })
const settle = () => clock.advanceTo(clock.now() + 0.1)

describe.each(['/emergency_stop', '/estop'])('a stop on %s of ROS 2', (topic) => {
  it.each(EVERY_QOS)(
    'is heard from a publisher that is $reliability and $durability',
    async (qos) => {
      const requests = listen()
      say(topic, false, qos)
      await settle()
      expect(requests.isStopped).toBe(false)
      say(topic, true, qos)
      await settle()
      expect(requests.isStopped).toBe(true)
    },
  )

  it('that was asked for before is heard, whoever else latches there', async () => {
    say(topic, true, LATCHED_QOS)
    for (let k = 0; k < 3; k++) say(topic, false, LATCHED_QOS)
    await settle()
    const requests = listen()
    await settle()
    expect(requests.isStopped).toBe(true)
  })
})

it('a goal that was latched before on a topic of one’s own is taken', async () => {
  operator.publisher(MESSAGE_TYPE.poseStamped, '/table/goal', LATCHED_QOS).publish({
    header: { stamp: stampOf(0), frame_id: 'base' },
    pose: { position: { x: 0.5, y: 0.1, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
  })
  await settle()
  const goal = new GoalHolder()
  const now = () => clock.now()
  const frames = new StreamFrames({ stream, baseFrames: ['base'], now })
  subscribeGoal({ stream, topic: '/table/goal', goal, frames, now })
  await settle()
  expect(Array.from(goal.goal)).toEqual([0.5, 0.1])
  expect(goal.version).toBe(1)
})
