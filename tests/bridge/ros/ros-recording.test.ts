import { describe, expect, it } from 'vitest'
import type { ReadMessage } from '../../../bridge/recording/read-recording.node.ts'
import { secondsOf } from '../../../bridge/recording/ros-values.ts'
import { publishRecording } from '../../../bridge/replay/ros-recording.ts'
import { STREAMED_TOPICS, surveyRecording } from '../../../bridge/replay/stream-recording.ts'
import type { MessageName } from '../../../bridge/ros/interfaces.ts'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { COMMAND_QOS, LATCHED_QOS } from '../../../bridge/ros/qos.ts'
import { jointState, poseStamped } from '../../../bridge/streams/messages.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { passing } from '../recording/passing-messages.ts'

const RECORDED_S = 1_600_000_000
const NOW_S = 1_700_000_000
/** Camera frames arrived so late. */
const LATE_S = 0.08
const JOINTS = ['pan', 'lift']

/** A second of an arm at 10 Hz, its commands, what was seen of the object, and a goal. */
const messages = Array.from({ length: 11 }, (_, k) => {
  const epochS = RECORDED_S + k / 10
  return [
    { topic: '/joint_states', epochS, message: jointState(epochS, JOINTS, [k, -k], []) },
    { topic: '/joint_commands', epochS, message: jointState(epochS, JOINTS, [k + 1, -k], []) },
    { topic: '/object/pose', epochS, message: poseStamped(epochS - LATE_S, 'base', [k, 0, 0]) },
    ...(k === 0
      ? [{ topic: '/goal/pose', epochS, message: poseStamped(epochS, 'base', [9, 0, 0]) }]
      : []),
  ]
}).flat()

interface PlayOptions {
  readonly speed?: number
  readonly isLooped?: boolean
  readonly untilS?: number
  readonly onProgress?: (timeS: number) => void
}

function play(options: PlayOptions = {}, played: Iterable<ReadMessage> = messages) {
  const clock = new VirtualClock()
  const domain = new MemoryDomain({ clock, epochOffsetS: NOW_S })
  const listener = domain.graph().createNode({ name: 'listener' })
  const heard: { topic: string; timeS: number; ageS: number; first: number }[] = []
  const listen = (topic: string, type: MessageName) =>
    listener.subscribe(type, topic, COMMAND_QOS, (raw) => {
      const { header, ...message } = raw as never as {
        header: { stamp: { sec: number; nanosec: number } }
        position?: ArrayLike<number>
        pose?: { position: { x: number } }
      }
      const first = message.position?.[0] ?? message.pose!.position.x
      const ageS = listener.now() - secondsOf(header.stamp)
      heard.push({ topic, timeS: clock.now(), ageS, first })
    })
  listen('/joint_states', 'sensor_msgs/msg/JointState')
  listen('/joint_commands', 'sensor_msgs/msg/JointState')
  listen('/object/pose', 'geometry_msgs/msg/PoseStamped')
  const node = domain.graph().createNode({ name: 'sim2arm_replay' })
  const ending = new AbortController()
  if (options.untilS !== undefined) clock.schedule(options.untilS, () => ending.abort())
  const run = clock.run(() =>
    publishRecording(surveyRecording(played), node, {
      ...{ clock, signal: ending.signal, speed: options.speed ?? 1 },
      ...(options.isLooped !== undefined && { isLooped: options.isLooped }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    }),
  )
  return { clock, domain, heard, node, run }
}

describe('a recording in ROS 2', () => {
  it('comes at its own times, each measurement as old as it was, also for those who come later', async () => {
    const { clock, domain, heard, run } = play()
    expect(await run).toEqual({ messages: 34, passes: 1 })
    for (const topic of ['/joint_states', '/joint_commands', '/object/pose']) {
      const own = heard.filter((each) => each.topic === topic)
      expect(own.map(({ first }) => first)).toEqual(
        Array.from({ length: 11 }, (_, k) => k + (topic === '/joint_commands' ? 1 : 0)),
      )
      const beganS = own[0]!.timeS
      for (const [k, { ageS, timeS }] of own.entries()) {
        expect(timeS - beganS).toBeCloseTo(k / 10, 5)
        expect(ageS).toBeCloseTo(topic === '/object/pose' ? LATE_S : 0, 5)
      }
    }
    const goals: number[] = []
    domain
      .graph()
      .createNode({ name: 'late' })
      .subscribe('geometry_msgs/msg/PoseStamped', '/goal/pose', LATCHED_QOS, ({ pose }) => {
        goals.push(pose.position.x)
      })
    await clock.run(() => clock.sleepUntil(clock.now() + 1))
    expect(goals).toEqual([9])
  })

  it('comes at another pace, and again and again until it is stopped', async () => {
    // A second of waiting for listeners, then half a second at double speed and a second between two passes.
    const { heard, run } = play({ speed: 2, isLooped: true, untilS: 1 + 0.5 + 1 + 0.5 + 0.5 })
    expect(await run).toEqual({ messages: 68, passes: 2 })
    const states = heard.filter(({ topic }) => topic === '/joint_states')
    expect(states.map(({ first }) => first)).toEqual([...Array(11).keys(), ...Array(11).keys()])
    expect(states[10]!.timeS - states[0]!.timeS).toBeCloseTo(0.5, 5)
    // Stamps of the camera go on forwards over the seam.
    const taken = heard
      .filter(({ topic }) => topic === '/object/pose')
      .map(({ ageS, timeS }) => timeS - ageS)
    for (const [k, timeS] of taken.slice(1).entries()) expect(timeS).toBeGreaterThan(taken[k]!)
  })

  it('leaves a stamp of zero alone, which says that there is none', async () => {
    const message = jointState(0, JOINTS, [1, 2], [])
    const { heard, run } = play({}, [{ topic: '/joint_states', epochS: RECORDED_S, message }])
    await run
    const { ageS, timeS } = heard[0]!
    expect(ageS).toBeCloseTo(NOW_S + timeS, 5)
  })

  it('comes the same from a file too long to be held', async () => {
    const [held, passed] = [play(), play({ speed: 1 }, passing(messages))]
    expect(await passed.run).toEqual(await held.run)
    expect(passed.heard).toEqual(held.heard)
  })

  it('tells how far it has come of the time that it takes at its pace', async () => {
    const told: number[] = []
    await play({ speed: 0.5, onProgress: (timeS) => told.push(timeS) }).run
    expect(told.at(-1)).toBeCloseTo(2, 5)
  })

  it('is not mixed with an arm that is there', async () => {
    const clock = new VirtualClock()
    const domain = new MemoryDomain({ clock })
    const arm = domain.graph().createNode({ name: 'joint_state_broadcaster' })
    arm.publisher('sensor_msgs/msg/JointState', '/joint_states', COMMAND_QOS)
    const options = { clock, speed: 1, signal: new AbortController().signal }
    const play = (rosArgs: string[]) => {
      const node = domain.graph(rosArgs).createNode({ name: 'sim2arm_replay' })
      return clock.run(() => publishRecording(surveyRecording(messages), node, options))
    }
    await expect(play([])).rejects.toMatchObject({
      code: 'BRIDGE_USAGE',
      message: '/joint_state_broadcaster publishes /joint_states already',
      hint: expect.stringContaining('-r /joint_states:=/recorded/joint_states'),
    })
    const elsewhere = ['--ros-args', '-r', '/joint_states:=/recorded/joint_states']
    await expect(play(elsewhere)).resolves.toMatchObject({ passes: 1 })
  })

  it('holds the topics that streams carry', () => {
    expect(STREAMED_TOPICS).toEqual(
      expect.arrayContaining(['/joint_states', '/joint_commands', '/object/pose', '/goal/pose']),
    )
  })
})
