import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RosGraph, RosNode } from '../../bridge/ros/graph.ts'
import { isRosSourced } from '../../bridge/ros/load-rclnodejs.node.ts'
import { openRclnodejsGraph } from '../../bridge/ros/rclnodejs-graph.node.ts'
import { type RosConfig, rosSchema } from '../../bridge/ros/ros.schema.ts'
import { RosDriver } from '../../bridge/ros/ros-driver.ts'
import { createReading } from '../../robot/bus/arm-reading.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'

const PACKAGES = ['controller_manager', 'joint_trajectory_controller', 'forward_command_controller']
const missing = isRosSourced(process.env)
  ? PACKAGES.filter((name) => spawnSync('ros2', ['pkg', 'prefix', name]).status !== 0)
  : ['ROS 2']
const whyNot = missing.length === 0 ? '' : ` (skipped: without ${missing.join(', ')})`
const LAUNCH = join(
  import.meta.dirname,
  '..',
  '..',
  'bridge',
  'ros',
  'launch',
  'panda_mock.launch.py',
)

const arm = loadArmDescription('panda')
const clock = new RealClock()
const PERIOD_S = 0.01

/** The driver against ros2_control itself, its hardware a mock that is where it is told to be. */
describe.skipIf(missing.length > 0)(`ros2_control${whyNot}`, () => {
  let launch: ChildProcess
  let graph: RosGraph
  let node: RosNode

  const begin = async (controller: string) => {
    // A process group of its own, so that all that it starts can be ended.
    launch = spawn('ros2', ['launch', LAUNCH, `controller:=${controller}`], {
      stdio: 'inherit',
      detached: true,
    })
    graph = await openRclnodejsGraph()
    node = graph.createNode({ name: 'sim2arm_test' })
  }
  afterEach(async () => {
    graph.close()
    const ended = new Promise((resolve) => launch.once('exit', resolve))
    process.kill(-launch.pid!, 'SIGINT')
    await ended
  })

  async function moveFirstJoint(command: RosConfig['command']): Promise<number> {
    const config = rosSchema.parse({ command, waitS: 60 })
    const driver = new RosDriver({ arm, config, node, clock, periodS: PERIOD_S })
    const reading = createReading(7)
    await driver.open()
    await driver.enable()
    await driver.read(reading)
    const goal = reading.positionRad.slice()
    const from = goal[0]!
    // 0.2 rad in two seconds, then a while to arrive.
    for (let k = 1; k <= 250; k++) {
      goal[0] = from + 0.2 * Math.min(1, k / 200)
      await driver.read(reading)
      await driver.write(goal)
      await clock.sleepUntil(clock.now() + PERIOD_S)
    }
    await driver.close()
    await clock.sleepUntil(clock.now() + 0.5)
    await driver.read(reading)
    return reading.positionRad[0]! - from
  }

  it.each<[string, string, object]>([
    ['a topic of set-points', 'joint_trajectory_controller', { kind: 'jointTrajectory' }],
    ['goals of its action', 'joint_trajectory_controller', { kind: 'followJointTrajectory' }],
    ['forwarded commands', 'forward_position_controller', { kind: 'forwardCommand' }],
  ])('follows %s', async (_name, controller, command) => {
    await begin(controller)
    const parsed = rosSchema.parse({ command: { controller, ...command } }).command
    expect(await moveFirstJoint(parsed)).toBeCloseTo(0.2, 2)
  })
})
