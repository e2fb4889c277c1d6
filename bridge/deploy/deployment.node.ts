import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import { goalSize } from '../../robot/io/spec.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { writeUrdf } from '../../robot/model/urdf/write-urdf.ts'
import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import { createRecordTap } from '../recording/record-tap.ts'
import type { MessageSink } from '../recording/topics.ts'
import type { RosNode } from '../ros/graph.ts'
import type { RosConfig } from '../ros/ros.schema.ts'
import { cameraSettings } from '../streams/camera/camera-settings.ts'
import { epochNow } from '../streams/epoch-now.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import type { Stream } from '../streams/stream.ts'
import { baseFrameOf } from './base-frame.ts'
import { checkDeployable } from './check-deployable.ts'
import { ControlLoop, type LoopReport } from './control-loop.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { FirstRunWatch } from './first-run.ts'
import type { Guard } from './guard/guard.node.ts'
import { guardedDriver } from './guard/guarded-driver.ts'
import type { Hand } from './hand.ts'
import type { Acting, HandOver } from './hand-over.ts'
import { jointForesight } from './joint-foresight.ts'
import { JointStreams } from './joint-streams.ts'
import { createLeader, type LeaderAtPort } from './leader-at-port.node.ts'
import { listenForOrders } from './listen-for-orders.ts'
import { combineTaps, type LoopTap } from './loop-tap.ts'
import { measuredJudgement } from './measured-judgement.ts'
import { type MeasuredStream, measuredStream } from './measured-stream.ts'
import { openObjects, type SeenObject } from './open-objects.ts'
import { raisePriority } from './raise-priority.node.ts'
import { type RosPlace, takePlaceInRos } from './ros-place.ts'
import { SensorStreams } from './sensor-streams.node.ts'
import type { SimulatedArm } from './simulated-arm.ts'
import { createStaging } from './staging.ts'
import type { TaskActor } from './task-actor.ts'

export interface DeploymentOptions {
  readonly actor: TaskActor
  readonly config: DeployConfig
  /** Of the first object; others are seen where it is, each at its own topic. */
  readonly object: SensorUri
  /** A stream of goals, or one fixed goal x, y and, where the task has one, z [m]. */
  readonly goal: SensorUri | readonly number[]
  /** What tells the joints of the arm, and of its gripper, instead of its driver. */
  readonly joints?: SensorUri
  readonly gripper?: SensorUri
  /** A stop topic beside `/emergency_stop` of the object's stream. */
  readonly stop?: SensorUri
  /** What the first object's messages mean; undefined: its poses. */
  readonly objectSensor?: SensorDescription
  readonly episodes: number | undefined
  readonly speed: number
  readonly isShadow: boolean
  /** Move slowly to the park pose at the end and release torque; else the arm is left holding. */
  readonly isParked?: boolean
  readonly seed: number
  /** The arm has never run with its calibration; see `ControlLoopOptions`. */
  readonly firstRun?: FirstRunWatch
  readonly signal: AbortSignal
  /** Made once the loop is there. */
  readonly createTap?: (loop: ControlLoop) => LoopTap
  /** Get all that the loop does; their owner closes them. */
  readonly sinks?: readonly MessageSink[]
  /** Where the network asks for a stop, a reset or, without a fixed goal, another goal. */
  readonly incoming?: readonly Stream[]
  /** May take the arm from the policy. */
  readonly hand?: Hand
  /** A leader whose hand may act in the policy's place. */
  readonly leader?: LeaderAtPort
  /** Once it listens: what gives the arm back to the policy. */
  readonly onLeader?: (handOver: Pick<HandOver, 'giveBack'>) => void
  readonly onActing?: (acting: Acting) => void
  /** Where the page of a `camera:` sensor is. */
  readonly onCamera?: (url: string) => void
  /** Why a goal of a stream was not taken; not again until one is. */
  readonly onGoalRejected?: (reason: string) => void
  /** The arm stands at its start and the policy acts from now on. */
  readonly onStarted?: () => void
}

/** The part of a deployment that depends on how the arm is reached. */
export interface DeploymentWiring {
  readonly createDriver: (clock: EventClock) => ArmDriver & { readonly statistics: DriverCounts }
  /** A process of its own that brings the arm down should this one die or hang. */
  readonly startGuard?: () => Promise<Guard>
  /** Default: the machine's. */
  readonly clock?: EventClock
  /** An arm that is emulated in this process. */
  readonly sim?: Pick<SimulatedArm, 'stream' | 'epochNow'>
  /** This process's place in ROS 2, if it has one. */
  readonly ros?: {
    readonly node: RosNode
    readonly config: RosConfig
    /** Whether nobody else publishes the arm's joints, frames and description. */
    readonly isPublishingArm: boolean
  }
}

export interface SensorReport {
  readonly object: MeasuredStream | null
  /** Left out where the driver tells them. */
  readonly joints?: MeasuredStream | null
  readonly gripper?: MeasuredStream | null
}

type DriverCounts = Readonly<Record<string, number>>

export interface DeploymentReport extends LoopReport {
  readonly interventions: Readonly<Record<string, number>>
  readonly rejectedPoses: Readonly<Record<string, number>>
  /** Goals in a frame that nothing places, out of reach, or without numbers. */
  readonly rejectedGoals: number
  /** Joint values of streams thrown away and why; null where the driver tells the joints. */
  readonly rejectedJoints: Readonly<Record<string, number>> | null
  /** How each sensor's messages arrived; null where hardly any did. */
  readonly sensors: SensorReport
  /** How often a leader took over; null where there is none. */
  readonly numTakeOvers: number | null
  readonly timing: ReturnType<ControlLoop['statistics']['summary']>
  /** What the driver counted. */
  readonly bus: DriverCounts
}

/** Runs a policy on an arm, real or emulated, its sensors and goals from streams. */
export async function runDeployment(
  options: DeploymentOptions,
  wiring: DeploymentWiring,
): Promise<DeploymentReport> {
  const { actor, config } = options
  checkDeployable(actor)
  if (wiring.clock === undefined) await raisePriority()
  const clock = wiring.clock ?? new RealClock()
  const times = {
    now: () => clock.now(),
    epochNow: () => wiring.ros?.node.now() ?? epochNow(),
  }
  const { goal: from } = options
  const ros =
    wiring.ros &&
    takePlaceInRos({
      ...{ ...wiring.ros, arm: actor.arm, now: times.now },
      ...('kind' in from && from.kind === 'ros' && { goalTopic: from.topic }),
    })
  const guard = await wiring.startGuard?.()
  const streams = streamsOf(options, {
    ...{ clock, epochNow: times.epochNow, ros },
    sim: wiring.sim,
  })
  const led = options.leader && createLeader(options.leader, { ...options, clock })
  try {
    const objects = await openObjects(options, streams, times)
    const [first] = objects as [SeenObject]
    const { goal, requests } = await listenForOrders(options, {
      ...{ streams, objectStream: first.stream, objectFrames: first.source.frames },
      now: times.now,
      ...(ros && { rosStream: ros.stream }),
    })
    const bus = wiring.createDriver(clock)
    const driver = guard ? guardedDriver(bus, guard) : bus
    const signal = AbortSignal.any(
      [options.signal, guard?.lost, ros?.stopped].filter((each) => each !== undefined),
    )
    const joints = await jointsOf(options, { driver, streams, clock, epochNow: times.epochNow })
    const loop = new ControlLoop({
      ...(joints && { joints }),
      driver,
      arm: actor.arm,
      model: actor.model,
      spec: actor.spec,
      policy: actor.createStepper(options.seed),
      ...(led && { handOver: led.handOver }),
      clock,
      config,
      objects: objects.map(({ source }) => source),
      goal,
      requests: ros?.requests(requests) ?? requests,
      ...(actor.spec.control.action.gripper && { toolStart: actor.onArm.toolStart }),
      episodeS: actor.onArm.episodeS,
      thresholdM: actor.task.success.mainThresholdM,
      ...(goalSize(actor.spec.control) > 2 && {
        judge: measuredJudgement(createStaging(actor.task, actor.arm), actor.model),
      }),
      ...(options.episodes !== undefined && { episodes: options.episodes }),
      hasFixedGoal: !('kind' in options.goal),
      ...(options.firstRun && { firstRun: options.firstRun }),
      ...(options.hand && { hand: options.hand }),
      speed: options.speed,
      isShadow: options.isShadow,
      heldQ: actor.arm.poses.rest,
      signal,
    })
    const counts = () => ({
      ...bus.statistics,
      missed: loop.statistics.missed,
      ...prefixed('pose_', first.source.rejected),
      ...prefixed('joint_', joints?.rejected ?? {}),
    })
    loop.tap = combineTaps([
      ...tapsOf(options, loop, driver, times.epochNow() - clock.now()),
      ...(ros?.tapsOf(driver.jointNames, counts) ?? []),
    ])
    await loop.open()
    try {
      ros?.checkAlone()
      await led?.feed.open(signal)
      await streams.ready(config.connectS, signal)
      await joints?.ready(signal)
      if (led) options.onLeader?.(led.handOver)
      loop.started.then(options.onStarted, () => {})
      const report = await loop.run()
      guard?.lost.throwIfAborted()
      if (options.isParked === true) await loop.park()
      return {
        ...report,
        interventions: loop.port.filter.interventions,
        rejectedPoses: first.source.rejected,
        rejectedGoals: goal.rejected,
        rejectedJoints: joints?.rejected ?? null,
        sensors: {
          object: measuredStream(first.source.arrivals, first.offset),
          ...joints?.arrivals,
        },
        numTakeOvers: led?.handOver.numTakeOvers ?? null,
        timing: loop.statistics.summary(actor.spec.control.setpointRateHz),
        bus: bus.statistics,
      }
    } finally {
      await driver.close()
    }
  } finally {
    streams.close()
    await guard?.close()
    await led?.feed.close()
  }
}

function streamsOf(
  { actor, config, objectSensor, onCamera }: DeploymentOptions,
  given: {
    readonly clock: EventClock
    readonly epochNow: () => number
    readonly ros: RosPlace | undefined
    readonly sim: DeploymentWiring['sim']
  },
): SensorStreams {
  const { ros, sim, ...times } = given
  return new SensorStreams({
    ...times,
    camera: cameraSettings(
      objectSensor,
      baseFrameOf(config),
      2 * actor.onArm.objects[0]!.halfSizeM[2],
    ),
    ...(onCamera && { onCamera }),
    ...(ros && { ros: ros.stream }),
    ...(sim && { sim }),
  })
}

/** Undefined where the driver tells all joints. */
async function jointsOf(
  { actor, config, gripper, joints }: DeploymentOptions,
  given: {
    readonly driver: ArmDriver
    readonly streams: SensorStreams
    readonly clock: EventClock
    readonly epochNow: () => number
  },
): Promise<JointStreams | undefined> {
  if (joints === undefined && gripper === undefined) return undefined
  const { streams, ...rest } = given
  const { isForeseen } = jointForesight(config, actor.file)
  const opened = {
    ...(joints && { joints: await streams.open(joints, '/joint_states') }),
    ...(gripper && { gripper: await streams.open(gripper, '/joint_states') }),
  }
  return new JointStreams({ ...rest, arm: actor.arm, config, isForeseen, streams: opened })
}

function tapsOf(
  { actor, config, createTap, sinks = [] }: DeploymentOptions,
  loop: ControlLoop,
  { jointNames }: ArmDriver,
  epochOffsetS: number,
): LoopTap[] {
  const frame = baseFrameOf(config)
  const robotDescription = writeUrdf(actor.arm)
  return [
    ...(createTap === undefined ? [] : [createTap(loop)]),
    ...(sinks.length === 0
      ? []
      : [createRecordTap({ sinks, jointNames, epochOffsetS, frame, robotDescription })]),
  ]
}

function prefixed(prefix: string, counts: DriverCounts): DriverCounts {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [prefix + key, count]))
}
