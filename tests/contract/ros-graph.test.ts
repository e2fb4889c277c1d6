import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClientGoal, RosGraph, RosNode, ServerGoal } from '../../bridge/ros/graph.ts'
import type { ActionTypes, JointTrajectory } from '../../bridge/ros/interfaces.ts'
import { isRosSourced } from '../../bridge/ros/load-rclnodejs.node.ts'
import { MemoryDomain } from '../../bridge/ros/memory-graph.ts'
import {
  COMMAND_QOS,
  LATCHED_QOS,
  type Qos,
  SENSOR_QOS,
  TF_STATIC_QOS,
} from '../../bridge/ros/qos.ts'
import { openRclnodejsGraph } from '../../bridge/ros/rclnodejs-graph.node.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'

type Follow = ActionTypes['control_msgs/action/FollowJointTrajectory']

const ARGS = ['--ros-args', '-r', 'far:=/moved/far', '-p', 'speed:=0.5', '-p', 'name:=lab']
const FOLLOW = 'control_msgs/action/FollowJointTrajectory'
const whyNot = isRosSourced(process.env) ? '' : ' (skipped: no ROS 2 is sourced)'

/** Name, whether it is here, how long to wait for what should not come [ms], how to open one. */
const GRAPHS: [string, boolean, number, () => Promise<RosGraph>][] = [
  ['in memory', true, 40, async () => new MemoryDomain({ clock: new RealClock() }).graph(ARGS)],
  [`of rclnodejs${whyNot}`, whyNot === '', 1500, () => openRclnodejsGraph(ARGS)],
]

/** What any graph does, as ROS 2 does it; two nodes of one process stand for two programs. */
describe.each(GRAPHS)('a graph %s', (_name, isHere, patienceMs, open) => {
  let graph: RosGraph
  let a: RosNode
  let b: RosNode
  let count = 0

  beforeEach(async () => {
    if (!isHere) return
    graph = await open()
    count++
    a = graph.createNode({ name: `a${count}`, namespace: '/test' })
    b = graph.createNode({ name: `b${count}` })
  })
  afterEach(() => graph?.close())

  const own = (topic: string) => `/t${count}/${topic}`

  /** What a subscription heard of one message, published when the two have found each other or never will. */
  async function heard(
    topic: string,
    [offered, requested]: [Qos, Qos],
    isBefore = false,
  ): Promise<string[]> {
    const got: string[] = []
    const publisher = a.publisher('std_msgs/msg/String', own(topic), offered)
    if (isBefore) publisher.publish({ data: 'early' })
    b.subscribe('std_msgs/msg/String', own(topic), requested, ({ data }) => void got.push(data))
    await eventually(() => publisher.numMatched > 0, patienceMs)
    if (!isBefore) publisher.publish({ data: 'x' })
    await eventually(() => got.length > 0, patienceMs)
    return got
  }

  it.skipIf(!isHere)(
    'carries messages, sequences of numbers as typed arrays, NaN too',
    async () => {
      const got: unknown[] = []
      const publisher = a.publisher('sensor_msgs/msg/JointState', own('states'), COMMAND_QOS)
      b.subscribe('sensor_msgs/msg/JointState', own('states'), SENSOR_QOS, (m) => void got.push(m))
      await eventually(() => publisher.numMatched === 1)
      const header = { stamp: { sec: 12, nanosec: 34 }, frame_id: 'f' }
      publisher.publish({
        header,
        name: ['q1', 'q2'],
        position: [0.5, Number.NaN],
        velocity: [],
        effort: [],
      })
      await eventually(() => got.length === 1)
      expect(got[0]).toMatchObject({ header, name: ['q1', 'q2'] })
      const { position } = got[0] as { position: unknown }
      expect(position).toBeInstanceOf(Float64Array)
      expect(Array.from(position as Float64Array)).toEqual([0.5, Number.NaN])
    },
  )

  it.skipIf(!isHere)(
    'matches by quality of service: an offer must be no less than what is asked',
    async () => {
      const reliable = COMMAND_QOS
      expect(await heard('q1', [reliable, SENSOR_QOS])).toEqual(['x'])
      expect(await heard('q2', [SENSOR_QOS, reliable])).toEqual([])
      expect(await heard('q3', [LATCHED_QOS, reliable])).toEqual(['x'])
      expect(await heard('q4', [reliable, LATCHED_QOS])).toEqual([])
    },
  )

  it.skipIf(!isHere)('gives late comers what is latched, if they ask for it', async () => {
    expect(await heard('q', [LATCHED_QOS, TF_STATIC_QOS], true)).toEqual(['early'])
    const late: string[] = []
    b.subscribe('std_msgs/msg/String', own('q'), COMMAND_QOS, ({ data }) => void late.push(data))
    await eventually(() => late.length > 0, patienceMs)
    expect(late).toEqual([])
  })

  it.skipIf(!isHere)('refuses what is no such message', async () => {
    const publisher = a.publisher('std_msgs/msg/Float64MultiArray', own('m'), COMMAND_QOS)
    for (const wrong of [{ data: ['1'] }, { date: [1] }, 'text']) {
      expect(() => publisher.publish(wrong as never), String(wrong)).toThrow(
        expect.objectContaining({ code: 'BRIDGE_ROS_INTERFACE' }),
      )
    }
  })

  it.skipIf(!isHere)(
    'keeps endpoints of another type apart, and tells of all of them',
    async () => {
      const got: unknown[] = []
      const publisher = a.publisher('std_msgs/msg/Bool', own('typed'), COMMAND_QOS)
      b.subscribe('std_msgs/msg/String', own('typed'), SENSOR_QOS, (m) => void got.push(m))
      await eventually(() => b.publishersOf(own('typed')).length > 0)
      publisher.publish({ data: true })
      expect(publisher.numMatched).toBe(0)
      expect(got).toEqual([])
      expect(b.publishersOf(own('typed'))[0]).toMatchObject({
        node: a.name,
        type: 'std_msgs/msg/Bool',
        qos: { reliability: 'reliable', durability: 'volatile' },
      })
    },
  )

  it.skipIf(!isHere)('expands and remaps names, and takes parameters', () => {
    expect(a.name).toBe(`/test/a${count}`)
    expect(a.resolve('x/y')).toBe('/test/x/y')
    expect(a.resolve('/x')).toBe('/x')
    expect(a.resolve('~/x')).toBe(`/test/a${count}/x`)
    expect(a.resolve('far')).toBe('/moved/far')
    expect(a.overrides.get('speed')).toBe(0.5)
    expect(a.overrides.get('name')).toBe('lab')
    expect(() => a.publisher('std_msgs/msg/Bool', '0wrong', COMMAND_QOS)).toThrow()
  })

  it.skipIf(!isHere)('answers services, and says when nobody does', async () => {
    a.service('std_srvs/srv/Trigger', own('go'), () => ({ success: true, message: 'gone' }))
    const client = b.client('std_srvs/srv/Trigger', own('go'))
    await eventually(() => client.isReady)
    expect(await client.call({}, 5)).toEqual({ success: true, message: 'gone' })
    const nobody = b.client('std_srvs/srv/Trigger', own('nowhere'))
    expect(nobody.isReady).toBe(false)
    await expect(nobody.call({}, 0.2)).rejects.toMatchObject({ code: 'BRIDGE_ROS_SILENT' })
  })

  it.skipIf(!isHere)('shows declared parameters to other nodes', async () => {
    a.declareParameter('joints', ['q1', 'q2'])
    const client = b.client('rcl_interfaces/srv/GetParameters', `${a.name}/get_parameters`)
    await eventually(() => client.isReady)
    const { values } = await client.call({ names: ['joints'] }, 5)
    expect(values[0]).toMatchObject({ type: 9, string_array_value: ['q1', 'q2'] })
  })

  describe('with an action', () => {
    const goals: ServerGoal<Follow>[] = []
    let client: ReturnType<typeof openClient>
    const openClient = () => b.actionClient(FOLLOW, own('follow'))

    beforeEach(async () => {
      if (!isHere) return
      goals.length = 0
      a.actionServer(FOLLOW, own('follow'), {
        request: ({ trajectory }) => trajectory.points.length > 0,
        accepted: (goal) => void goals.push(goal),
        cancel: () => ({ error_code: 0, error_string: 'canceled' }),
      })
      client = openClient()
      await eventually(() => client.isReady)
    })

    async function accepted(
      onFeedback?: (feedback: Follow['feedback']) => void,
    ): Promise<ClientGoal<Follow>> {
      const goal = await client.send({ trajectory: onePoint([0.25]) }, onFeedback)
      expect(goal.isAccepted).toBe(true)
      await eventually(() => goals.length > 0)
      return goal
    }

    it.skipIf(!isHere)('carries a goal, its feedback and its success', async () => {
      const feedback: Follow['feedback'][] = []
      const goal = await accepted((each) => void feedback.push(each))
      const [server] = goals
      expect(Array.from(server!.goal.trajectory.points[0]!.positions)).toEqual([0.25])
      const point = { positions: [0.1], time_from_start: { sec: 0, nanosec: 0 } }
      const header = { stamp: { sec: 1, nanosec: 0 }, frame_id: '' }
      server!.feedback({ header, joint_names: ['q'], desired: point, actual: point, error: point })
      await eventually(() => feedback.length === 1)
      expect(feedback[0]!.joint_names).toEqual(['q'])
      server!.succeed({ error_code: 0, error_string: 'there' })
      expect(await goal.ended).toMatchObject({
        end: 'succeeded',
        result: { error_string: 'there' },
      })
    })

    it.skipIf(!isHere)('tells a goal that was refused from one that was aborted', async () => {
      const refused = await client.send({ trajectory: { ...onePoint([0]), points: [] } })
      expect(refused.isAccepted).toBe(false)
      const goal = await accepted()
      goals[0]!.abort({ error_code: -4, error_string: 'far' })
      expect(await goal.ended).toMatchObject({ end: 'aborted', result: { error_code: -4 } })
    })

    it.skipIf(!isHere)('cancels', async () => {
      const goal = await accepted()
      expect(await goal.cancel()).toBe(true)
      expect(await goal.ended).toMatchObject({ end: 'canceled' })
    })
  })

  it.skipIf(!isHere)('is silent after it was closed', async () => {
    const got: unknown[] = []
    const publisher = a.publisher('std_msgs/msg/String', own('end'), COMMAND_QOS)
    b.subscribe('std_msgs/msg/String', own('end'), COMMAND_QOS, (m) => void got.push(m))
    await eventually(() => publisher.numMatched === 1)
    graph.close()
    graph.close()
    publisher.publish({ data: 'x' })
    publisher.close()
    expect(publisher.numMatched).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(got).toEqual([])
  })
})

function onePoint(positions: number[]): JointTrajectory {
  return {
    header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' },
    joint_names: ['q'],
    points: [{ positions, time_from_start: { sec: 0, nanosec: 10_000_000 } }],
  }
}

/** Looks again and again until it is so, at most for a while. */
async function eventually(isSo: () => boolean, atMostMs = 5000): Promise<void> {
  for (const end = Date.now() + atMostMs; !isSo() && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
