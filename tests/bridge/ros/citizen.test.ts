import { describe, expect, it } from 'vitest'
import type { CycleView, LoopView } from '../../../bridge/deploy/loop-tap.ts'
import { createArmPublisher, transformOf } from '../../../bridge/ros/arm-publisher.ts'
import { Citizen } from '../../../bridge/ros/citizen.ts'
import type { TransformStamped } from '../../../bridge/ros/interfaces.ts'
import { MemoryDomain } from '../../../bridge/ros/memory-graph.ts'
import { parameterisedConfig } from '../../../bridge/ros/parameterised-config.ts'
import { COMMAND_QOS, LATCHED_QOS, SENSOR_QOS, TF_QOS } from '../../../bridge/ros/qos.ts'
import { rosSchema } from '../../../bridge/ros/ros.schema.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { readUrdf } from '../../../robot/model/urdf/read-urdf.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { FrameTree } from '../../../robot/sensors/frame-tree.ts'

const config = rosSchema.parse({
  command: { kind: 'jointTrajectory', controller: 'joint_trajectory_controller' },
})

function setUp(args: string[] = []) {
  const clock = new VirtualClock()
  const domain = new MemoryDomain({ clock, epochOffsetS: 1e9 })
  const node = domain.graph(['--ros-args', ...args]).createNode({ name: 'sim2arm' })
  const other = domain.graph().createNode({ name: 'other' })
  return { clock, node, other }
}

const cycle = (timeS: number, changes: Partial<CycleView> = {}): CycleView => ({
  timeS,
  reading: createReading(6),
  command: new Float64Array(6),
  wanted: new Float64Array(6),
  isInHand: false,
  rule: '',
  latenessS: 0,
  stagesS: new Float64Array(4),
  ...changes,
})

describe('a deployment as a node of ROS 2', () => {
  function citizen() {
    const { clock, node, other } = setUp()
    const counts = () => ({ missed: 3 })
    return { clock, node, other, citizen: new Citizen({ node, config, arm: 'so101', counts }) }
  }

  it('begins an episode at ~/start, once, beside the requests of others', async () => {
    const { citizen: it, clock, other } = citizen()
    const others = { isStopped: false, takeReset: () => false }
    const requests = it.requests(others)
    expect(requests.takeReset()).toBe(false)
    const client = other.client('std_srvs/srv/Trigger', '/sim2arm/start')
    expect(await clock.run(() => client.call({}, 1))).toMatchObject({ success: true })
    expect([requests.takeReset(), requests.takeReset()]).toEqual([true, false])
    others.isStopped = true
    expect(requests.isStopped).toBe(true)
  })

  it('ends the run at ~/stop', async () => {
    const { citizen: it, clock, other } = citizen()
    expect(it.stopped.aborted).toBe(false)
    await clock.run(() => other.client('std_srvs/srv/Trigger', '/sim2arm/stop').call({}, 1))
    expect(it.stopped.reason).toMatchObject({ code: 'BRIDGE_INTERRUPTED' })
  })

  it('shows what the policy is told and answers', async () => {
    const { citizen: it, clock, other } = citizen()
    const rows: Record<string, number[]> = {}
    for (const name of ['observation', 'action']) {
      other.subscribe('std_msgs/msg/Float32MultiArray', `/sim2arm/${name}`, SENSOR_QOS, (m) => {
        rows[name] = Array.from(m.data)
      })
    }
    const view = { observation: Float32Array.of(1, 2), action: Float32Array.of(0.5) }
    it.tap.policyStep(view as unknown as LoopView)
    await clock.advanceTo(1)
    expect(rows).toEqual({ observation: [1, 2], action: [0.5] })
  })

  it('tells its health once a second, warning while a safety rule steps in', async () => {
    const { citizen: it, clock, other } = citizen()
    const told: { level: number; message: string; values: unknown }[] = []
    other.subscribe('diagnostic_msgs/msg/DiagnosticArray', '/diagnostics', COMMAND_QOS, (m) => {
      told.push(...m.status)
    })
    for (let timeS = 0; timeS < 1.5; timeS += 0.01)
      it.tap.cycle?.(cycle(timeS, { rule: timeS > 0.5 ? 'workspace' : '' }))
    await clock.advanceTo(1)
    expect(told).toHaveLength(2)
    expect(told[0]).toMatchObject({ level: 0, name: 'sim2arm: control loop', hardware_id: 'so101' })
    expect(told[0]!.values).toContainEqual({ key: 'missed', value: '3' })
    expect(told[1]).toMatchObject({ level: 1, message: expect.stringContaining('workspace') })
  })
})

describe('parameters', () => {
  it('are the values of the config, by path; --ros-args change them', () => {
    const { node } = setUp([
      '-p',
      'command.controller:=arm_controller',
      '-p',
      'waitS:=3',
      '-p',
      'use_sim_time:=true',
    ])
    expect(parameterisedConfig(config, node)).toMatchObject({
      command: { kind: 'jointTrajectory', controller: 'arm_controller' },
      waitS: 3,
    })
  })

  it('are visible to others', async () => {
    const { clock, node, other } = setUp()
    parameterisedConfig(config, node)
    const client = other.client('rcl_interfaces/srv/GetParameters', '/sim2arm/get_parameters')
    const { values } = await clock.run(() => client.call({ names: ['staleness.holdS'] }, 1))
    expect(values[0]).toMatchObject({ type: 3, double_value: config.staleness.holdS })
  })

  it.each([
    'qos_overrides./tf.publisher.depth:=5',
    'other.rate:=5',
    'command.controller.gains.p:=1',
  ])('that are not of the config, as %s, are left alone', (parameter) => {
    const { node } = setUp(['-p', parameter])
    expect(parameterisedConfig(config, node)).toEqual(config)
  })

  it('of a wrong kind are refused', () => {
    const { node } = setUp(['-p', 'waitS:=long'])
    expect(() => parameterisedConfig(config, node)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_USAGE', message: expect.stringContaining('waitS') }),
    )
  })
})

describe('an arm that nobody else publishes', () => {
  const arm = loadArmDescription('so101')
  const jointNames = arm.joints.map(({ name }) => name)
  const q = [0.3, -0.5, 0.7, 0.2, -1, 0.4]

  it('tells its joints at a rate, its frames, and latched its description', async () => {
    const { clock, node, other } = setUp()
    const tap = createArmPublisher({ node, arm, config, jointNames, now: () => clock.now() })
    const states: number[][] = []
    let frames: readonly TransformStamped[] = []
    let urdf = ''
    other.subscribe('sensor_msgs/msg/JointState', '/joint_states', SENSOR_QOS, ({ position }) => {
      states.push(Array.from(position))
    })
    other.subscribe('tf2_msgs/msg/TFMessage', '/tf', TF_QOS, ({ transforms }) => {
      frames = transforms
    })
    other.subscribe('std_msgs/msg/String', '/robot_description', LATCHED_QOS, ({ data }) => {
      urdf = data
    })
    const reading = createReading(6)
    reading.positionRad.set(q)
    await clock.run(async () => {
      for (let k = 0; k < 100; k++) {
        tap.cycle?.(cycle(clock.now(), { reading }))
        await clock.sleepUntil(clock.now() + 0.01)
      }
    })
    expect(states).toHaveLength(50)
    expect(states[0]).toEqual(q)
    expect(readUrdf(urdf, 'so101.urdf').joints.map(({ name }) => name)).toEqual(
      expect.arrayContaining(jointNames),
    )
    expect(frames.map(({ child_frame_id }) => child_frame_id)).toEqual(
      arm.joints.map(({ link }) => link),
    )
  })

  it.each(['so101', 'panda'])('has the frames of %s where kinematics puts its links', (name) => {
    const description = loadArmDescription(name)
    const model = compileArm(description, { joints: description.joints.map((each) => each.name) })
    const pose = model.jointNames.map((_, i) => 0.02 + 0.1 * Math.sin(3 * i))
    const kinematics = new ArmKinematics(model)
    kinematics.forward(Float64Array.from(pose))
    const frames = new FrameTree([description.baseLink], () => 0)
    for (const [i, joint] of description.joints.entries()) {
      const { child_frame_id, header, transform } = transformOf(joint, pose[i]!)
      const { translation: t, rotation: r } = transform
      const place = { position: [t.x, t.y, t.z], quaternion: [r.x, r.y, r.z, r.w] }
      frames.move(child_frame_id, header.frame_id, place, 0)
    }
    const origin = { position: new Float64Array(3), quaternion: Float64Array.of(0, 0, 0, 1) }
    for (const [i, { link }] of description.joints.entries()) {
      const placed = frames.toBase(link, origin, 0)!
      for (let k = 0; k < 3; k++)
        expect(placed.position[k], link).toBeCloseTo(kinematics.linkPosition[3 * i + k]!, 12)
      const q4 = kinematics.linkQuaternion.subarray(4 * i, 4 * i + 4)
      const dot = Array.from(placed.quaternion).reduce((sum, value, k) => sum + value * q4[k]!, 0)
      expect(Math.abs(dot), link).toBeCloseTo(1, 12)
    }
  })
})
