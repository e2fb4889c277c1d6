import { describe, expect, it } from 'vitest'
import type { ServerGoal } from '../../../bridge/ros/graph.ts'
import type { ActionTypes } from '../../../bridge/ros/interfaces.ts'
import { loadRclnodejs } from '../../../bridge/ros/load-rclnodejs.node.ts'
import { COMMAND_QOS, LATCHED_QOS, SENSOR_QOS } from '../../../bridge/ros/qos.ts'
import { openActionServer } from '../../../bridge/ros/rclnodejs-actions.ts'
import type { Rclnodejs, RclServerGoal } from '../../../bridge/ros/rclnodejs-module.ts'
import { RclnodejsNode } from '../../../bridge/ros/rclnodejs-node.ts'
import { fakeRclnodejs } from './fake-rclnodejs.ts'

type Follow = ActionTypes['control_msgs/action/FollowJointTrajectory']

const SOURCED = { ROS_DISTRO: 'jazzy', AMENT_PREFIX_PATH: '/opt/ros/jazzy' }

describe('rclnodejs', () => {
  it.each([{}, { ROS_DISTRO: 'jazzy' }, { ROS_DISTRO: '', AMENT_PREFIX_PATH: '/opt/ros/jazzy' }])(
    'is not even imported where ROS 2 is not sourced (%j)',
    async (environment) => {
      let numImports = 0
      const load = loadRclnodejs(environment, async () => numImports++)
      await expect(load).rejects.toMatchObject({
        code: 'BRIDGE_ROS_MISSING',
        hint: expect.stringContaining('setup.bash'),
      })
      expect(numImports).toBe(0)
    },
  )

  it('says how to get it where it is not installed', async () => {
    const load = loadRclnodejs(SOURCED, () =>
      Promise.reject(new Error('Cannot find package\nat x')),
    )
    await expect(load).rejects.toMatchObject({
      code: 'BRIDGE_ROS_MISSING',
      message: 'rclnodejs cannot be loaded: Cannot find package',
      hint: expect.stringContaining('npm install --save-prod rclnodejs@'),
    })
  })

  it('loses its handler of SIGINT before anything else happens', async () => {
    const calls: string[] = []
    const module = {
      default: {
        init: () => calls.push('init'),
        removeSignalHandlers: () => calls.push('removed'),
      },
    }
    expect(await loadRclnodejs(SOURCED, async () => module)).toBe(module.default)
    expect(calls).toEqual(['removed'])
  })
})

describe('a node of rclnodejs', () => {
  it('spins at once, has plain parameters and ROS time in seconds', () => {
    const { calls, node, rcl } = fakeRclnodejs()
    const it = new RclnodejsNode(rcl, node)
    expect(calls).toEqual([['spin']])
    expect(Object.fromEntries(it.overrides)).toEqual({ n: 5, list: ['a'] })
    expect(it.now()).toBeCloseTo(1_700_000_000.25, 5)
  })

  it('asks for qualities in rclnodejs’ numbers', () => {
    const { calls, node, rcl } = fakeRclnodejs()
    const it = new RclnodejsNode(rcl, node)
    for (const qos of [COMMAND_QOS, SENSOR_QOS, LATCHED_QOS]) {
      it.publisher('std_msgs/msg/Bool', '/t', qos)
    }
    // History keep-last, depth, reliability, durability.
    expect(calls.filter(([name]) => name === 'qos').map(([, ...values]) => values)).toEqual([
      [1, 10, 1, 2],
      [1, 5, 2, 2],
      [1, 1, 1, 1],
    ])
    expect(it.publishersOf('/t')).toEqual([
      { node: '/cam', type: 'std_msgs/msg/String', qos: SENSOR_QOS },
    ])
  })

  it('sends sequences of numbers as plain lists, parts of buffers too', () => {
    const { node, published, rcl } = fakeRclnodejs()
    const it = new RclnodejsNode(rcl, node)
    const data = Float64Array.of(1, 2, 3).subarray(1)
    it.publisher('std_msgs/msg/Float64MultiArray', '/t', COMMAND_QOS).publish({ data })
    expect(published).toStrictEqual([{ data: [2, 3] }])
  })

  it('takes parameters of a file by full name and pattern, and shows its own as read-only', () => {
    const { calls, node, rcl } = fakeRclnodejs()
    const parameters = [
      { node: '/**', name: 'a', value: 1 },
      { node: '/sim2arm', name: 'b', value: 2 },
      { node: '/*/sim2arm', name: 'c', value: 3 },
      { node: 'other', name: 'd', value: 4 },
    ]
    const it = new RclnodejsNode(rcl, node, { remaps: [], parameters })
    expect(Object.fromEntries(it.overrides)).toEqual({ n: 5, list: ['a'], a: 1, b: 2 })
    it.declareParameter('rate', 2)
    expect(calls.find(([name]) => name === 'declareParameter')!.slice(1)).toEqual([
      expect.objectContaining({ values: ['rate', 3, 2] }),
      expect.objectContaining({ values: ['rate', 3, 'read at the start', true] }),
      true,
    ])
  })

  it('lets no exception of a callback into native code: it surfaces in a turn of its own', async () => {
    const { hear, node, rcl } = fakeRclnodejs()
    const it = new RclnodejsNode(rcl, node)
    it.subscribe('std_msgs/msg/Bool', '/t', COMMAND_QOS, () => {
      throw new Error('in a callback')
    })
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const surfaced = new Promise((resolve) => process.once('uncaughtException', resolve))
    expect(() => hear({ data: true })).not.toThrow()
    expect(await surfaced).toMatchObject({ message: 'in a callback' })
    for (const listener of listeners) process.on('uncaughtException', listener)
  })

  it('touches nothing native once it is closed', async () => {
    const { calls, hear, node, published, rcl } = fakeRclnodejs()
    const it = new RclnodejsNode(rcl, node)
    let numHeard = 0
    const publisher = it.publisher('std_msgs/msg/Bool', '/t', COMMAND_QOS)
    it.subscribe('std_msgs/msg/Bool', '/t', COMMAND_QOS, () => numHeard++)
    const client = it.client('std_srvs/srv/Trigger', '/s')
    await client.call({}, 1)
    publisher.publish({ data: true })
    hear({ data: true })
    it.close()
    it.close()
    publisher.publish({ data: true })
    hear({ data: true })
    await expect(client.call({}, 1)).rejects.toMatchObject({ code: 'BRIDGE_ROS_SILENT' })
    expect(calls.filter(([name]) => name === 'sendRequestAsync')).toHaveLength(1)
    expect([published.length, numHeard, publisher.numMatched]).toEqual([1, 1, 0])
    expect(it.publishersOf('/t')).toEqual([])
    expect(calls.filter(([name]) => name === 'destroy')).toHaveLength(1)
  })

  it('destroys an entity in a turn of its own, and only while the node is there', async () => {
    const { calls, node, rcl } = fakeRclnodejs()
    const it = new RclnodejsNode(rcl, node)
    const subscription = it.subscribe('std_msgs/msg/Bool', '/t', COMMAND_QOS, () => {})
    subscription.close()
    subscription.close()
    expect(calls.filter(([name]) => name === 'destroySubscription')).toHaveLength(0)
    await new Promise(setImmediate)
    expect(calls.filter(([name]) => name === 'destroySubscription')).toHaveLength(1)
    const late = it.publisher('std_msgs/msg/Bool', '/t', COMMAND_QOS)
    late.close()
    it.close()
    await new Promise(setImmediate)
    expect(calls.filter(([name]) => name === 'destroyPublisher')).toHaveLength(0)
  })
})

describe('an action served through rclnodejs', () => {
  /** Walks through the callbacks as lib/action/server.js does: goal, accepted, execute, cancel. */
  function serve(isCanceling: boolean) {
    const { rcl, node } = fakeRclnodejs()
    const states: string[] = []
    const served: ServerGoal<Follow>[] = []
    let callbacks: unknown[] = []
    class ActionServer {
      constructor(...args: unknown[]) {
        callbacks = args
      }
    }
    openActionServer(
      { rcl: { ...rcl, ActionServer } as unknown as Rclnodejs, node, isOpen: { value: true } },
      {
        type: 'control_msgs/action/FollowJointTrajectory',
        name: '/jtc/follow_joint_trajectory',
        handlers: {
          request: ({ trajectory }) => trajectory.points.length > 0,
          accepted: (goal) => void served.push(goal),
          cancel: () => (isCanceling ? { error_code: 0, error_string: 'stopped' } : null),
        },
      },
    )
    const [, , , execute, onGoal, onAccepted, onCancel] = callbacks as [
      unknown,
      unknown,
      unknown,
      (handle: RclServerGoal) => Promise<unknown>,
      (goal: unknown) => number,
      (handle: RclServerGoal) => void,
      (handle: RclServerGoal) => number,
    ]
    let result: Promise<unknown> = Promise.resolve()
    const handle = {
      execute: () => {
        states.push('executing')
        result = execute(handle as never)
      },
      succeed: () => states.push('succeeded'),
      abort: () => states.push('aborted'),
      canceled: () => states.push('canceled'),
      publishFeedback: () => states.push('feedback'),
    } as unknown as RclServerGoal
    const goal = (numPoints: number) => ({ trajectory: { points: new Array(numPoints).fill({}) } })
    return { goal, handle, onAccepted, onCancel, onGoal, result: () => result, served, states }
  }

  it('gets the goal as a plain value and answers when it has ended', async () => {
    const { goal, handle, onAccepted, onGoal, result, served, states } = serve(true)
    expect(onGoal(goal(0))).toBe(1)
    expect(onGoal(goal(2))).toBe(2)
    onAccepted(handle)
    expect(served[0]!.goal.trajectory.points).toHaveLength(2)
    served[0]!.succeed({ error_code: 0, error_string: 'there' })
    served[0]!.abort({ error_code: -1, error_string: 'too late' })
    expect(await result()).toEqual({ error_code: 0, error_string: 'there' })
    expect(states).toEqual(['executing', 'succeeded'])
  })

  it('is canceled once rclnodejs has noted the request', async () => {
    const { goal, handle, onAccepted, onCancel, onGoal, result, states } = serve(true)
    onGoal(goal(1))
    onAccepted(handle)
    expect(onCancel(handle)).toBe(2)
    expect(states).toEqual(['executing'])
    expect(await result()).toEqual({ error_code: 0, error_string: 'stopped' })
    expect(states).toEqual(['executing', 'canceled'])
  })

  it('may refuse to be canceled', () => {
    const { goal, handle, onAccepted, onCancel, onGoal } = serve(false)
    onGoal(goal(1))
    onAccepted(handle)
    expect(onCancel(handle)).toBe(1)
  })
})
