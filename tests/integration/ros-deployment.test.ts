import { expect, it } from 'vitest'
import { loadDeployConfig } from '../../bridge/deploy/load-deploy-config.node.ts'
import { runRosDeployment } from '../../bridge/deploy/ros-deployment.node.ts'
import { loadTaskActor } from '../../bridge/deploy/task-actor.ts'
import { MemoryDomain } from '../../bridge/ros/memory-graph.ts'
import { parameterisedConfig } from '../../bridge/ros/parameterised-config.ts'
import { COMMAND_QOS, SENSOR_QOS } from '../../bridge/ros/qos.ts'
import { requireRos } from '../../bridge/ros/require-ros.ts'
import { runRosTwinSession } from '../../bridge/ros/twin/ros-twin-session.node.ts'
import { VirtualClock } from '../../robot/model/virtual-clock.ts'
import { loadReality } from '../../sim/world/reality.node.ts'

const pose = (name: string) => ({ kind: 'ros', topic: `/${name}/pose` }) as const

it('a deployment is a node beside an emulated arm, until ~/stop', async () => {
  const clock = new VirtualClock()
  const domain = new MemoryDomain({ clock, epochOffsetS: 1e9 })
  const actor = await loadTaskActor({ name: 'push-panda' })
  const config = loadDeployConfig('panda')
  const ending = new AbortController()
  let onReady = () => {}
  const ready = new Promise<void>((resolve) => {
    onReady = resolve
  })
  const twin = runRosTwinSession({
    arm: actor.arm,
    reality: loadReality('panda-nominal'),
    task: actor.task,
    seed: 1,
    graph: domain.graph(),
    config: requireRos(config),
    episodes: 1,
    signal: ending.signal,
    clock,
    onReady,
    onVerdict: () => void stop(),
  })
  const graph = domain.graph(['--ros-args', '-r', '__node:=pusher', '-p', 'waitS:=60'])
  const node = graph.createNode({ name: 'sim2arm' })
  const other = domain.graph().createNode({ name: 'other' })
  const stop = () => other.client('std_srvs/srv/Trigger', '/pusher/stop').call({}, 10)
  const told: string[] = []
  let numActions = 0
  other.subscribe(
    'std_msgs/msg/Float32MultiArray',
    '/pusher/action',
    SENSOR_QOS,
    () => numActions++,
  )
  other.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', COMMAND_QOS, (message) => {
    told.push(...message.status.map(({ name }) => name))
  })
  await ready
  const deployment = runRosDeployment({
    ros: { node, config: parameterisedConfig(requireRos(config), node) },
    actor,
    config,
    object: pose('object'),
    goal: pose('goal'),
    episodes: undefined,
    speed: 1,
    isShadow: false,
    seed: 0,
    signal: new AbortController().signal,
    clock,
  })
  const [report, [verdict]] = await clock.run(async () => {
    const ended = await deployment
    ending.abort()
    return [ended, await twin]
  })
  expect(report.end).toBe('interrupted')
  // Four seconds at 25 Hz, from the reset on.
  expect(report.steps).toBeGreaterThan(98)
  expect(numActions).toBe(report.steps)
  expect(report.rejectedPoses).toMatchObject({ frame: 0, future: 0 })
  expect(told).toContain('pusher: control loop')
  expect(verdict!.finalDistanceM).toBeLessThan(0.05)
})
