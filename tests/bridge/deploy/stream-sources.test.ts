import { describe, expect, it } from 'vitest'
import { GoalHolder } from '../../../bridge/deploy/object-tracker.ts'
import {
  StreamObjectSource,
  StreamRequests,
  subscribeGoal,
} from '../../../bridge/deploy/stream-sources.ts'
import { MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'

const FRAMES = ['', 'base', 'base_link']
const EPOCH_S = 1_700_000_000

function setUp() {
  const graph = new TopicGraph()
  const time = { nowS: 100 }
  const source = new StreamObjectSource(graph, '/object/pose', FRAMES, {
    now: () => time.nowS,
    // The loop's clock began at 100 s when the epoch clock said EPOCH_S.
    epochNow: () => EPOCH_S + time.nowS - 100,
  })
  const publish = (stampS: number, x: number, frame = 'base_link') =>
    graph.publish(
      '/object/pose',
      MESSAGE_TYPE.poseStamped,
      poseStamped(stampS, frame, [x, 0.05, 0]),
    )
  const read = () => {
    const out = { xM: 0, yM: 0, zM: 0, yawRad: 0, ageS: 0, isFresh: false }
    source.read(time.nowS, out)
    return out
  }
  return { graph, time, source, publish, read }
}

describe('an object pose from a stream', () => {
  it('is as old as its stamp says, on the clock of the loop', () => {
    const { time, publish, read } = setUp()
    time.nowS = 101
    publish(EPOCH_S + 0.92, 0.2)
    time.nowS = 101.04
    const out = read()
    expect(out).toMatchObject({ xM: 0.2, yM: 0.05, isFresh: true })
    // Captured at loop time 100.92, looked at at 101.04; float64 seconds since 1970 know 0.2 µs.
    expect(out.ageS).toBeCloseTo(0.12, 6)
  })

  it('without a stamp counts from its arrival', () => {
    const { time, publish, read } = setUp()
    publish(0, 0.2)
    time.nowS = 100.03
    expect(read().ageS).toBeCloseTo(0.03, 12)
  })

  it('is refused in a frame that is not the arm’s base, taken with a leading slash', () => {
    const { source, publish, read } = setUp()
    publish(EPOCH_S, 0.2, 'camera')
    expect(source.rejected['frame']).toBe(1)
    expect(read().ageS).toBe(Infinity)
    publish(EPOCH_S, 0.2, '/base')
    expect(read().xM).toBe(0.2)
  })

  it('from the future or the past of the last is refused and counted', () => {
    const { source, publish, read } = setUp()
    publish(EPOCH_S - 0.05, 0.2)
    publish(EPOCH_S + 0.5, 0.3)
    publish(EPOCH_S - 0.2, 0.4)
    expect(source.rejected).toMatchObject({ future: 1, backwards: 1 })
    expect(read().xM).toBe(0.2)
  })
})

describe('goals from a stream', () => {
  it('are taken in the arm’s frame only', () => {
    const graph = new TopicGraph()
    const goal = new GoalHolder()
    subscribeGoal(graph, '/goal/pose', goal, FRAMES)
    const publish = (frame: string, x: number) =>
      graph.publish('/goal/pose', MESSAGE_TYPE.poseStamped, poseStamped(1, frame, [x, 0.1, 0]))
    publish('camera', 3)
    expect(goal).toMatchObject({ version: 0, rejected: 1 })
    publish('base', 0.3)
    expect([...goal.goal]).toEqual([0.3, 0.1])
    expect(goal.version).toBe(1)
  })
})

describe('requests from a stream', () => {
  it('report each reset once', () => {
    const graph = new TopicGraph()
    const requests = new StreamRequests(graph, () => 0)
    expect(requests.takeReset()).toBe(false)
    graph.publish('/reset', MESSAGE_TYPE.empty, {})
    graph.publish('/reset', MESSAGE_TYPE.empty, {})
    expect(requests.takeReset()).toBe(true)
    expect(requests.takeReset()).toBe(false)
  })

  it('latch the emergency stop', () => {
    const graph = new TopicGraph()
    const requests = new StreamRequests(graph, () => 0)
    graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: false })
    expect(requests.isStopped).toBe(false)
    graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: true })
    graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: false })
    expect(requests.isStopped).toBe(true)
  })

  it('take silence for a stop where a heartbeat is asked for, and stay stopped', () => {
    const graph = new TopicGraph()
    let nowS = 10
    const requests = new StreamRequests(graph, () => nowS, 0.5)
    const beat = () => graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: false })
    nowS = 10.4
    beat()
    nowS = 10.8
    expect(requests.isStopped).toBe(false)
    nowS = 11
    expect(requests.isStopped).toBe(true)
    beat()
    expect(requests.isStopped).toBe(true)
  })
})
