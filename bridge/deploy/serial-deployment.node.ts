import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ServoBusDriver } from '../../robot/bus/drivers/servo-bus-driver.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { writeUrdf } from '../../robot/model/urdf/write-urdf.ts'
import type { Arrivals } from '../../robot/sensors/arrival-meter.ts'
import type { ClockOffset } from '../../robot/sensors/clock-offset.ts'
import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import { createRecordTap } from '../recording/record-tap.ts'
import type { MessageSink } from '../recording/topics.ts'
import { cameraSettings } from '../streams/camera/camera-settings.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import type { Stream } from '../streams/stream.ts'
import { ControlLoop, type LoopReport } from './control-loop.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { FirstRunWatch } from './first-run.ts'
import { type Guard, startGuard } from './guard/guard.node.ts'
import { guardedDriver } from './guard/guarded-driver.ts'
import { combineTaps, type LoopTap } from './loop-tap.ts'
import { GoalHolder } from './object-tracker.ts'
import { raisePriority } from './raise-priority.node.ts'
import { type OpenRos, SensorStreams } from './sensor-streams.node.ts'
import { createSerialDriver } from './serial-driver.node.ts'
import { StreamObjectSource, StreamRequests, subscribeGoal } from './stream-sources.ts'
import type { TaskActor } from './task-actor.ts'

export interface SerialDeploymentOptions {
  readonly actor: TaskActor
  readonly config: DeployConfig
  readonly calibration: ArmCalibration
  /** Serial device. */
  readonly port: string
  readonly object: SensorUri
  /** A stream of goals, or one fixed goal x, y [m]. */
  readonly goal: SensorUri | readonly [number, number]
  /** A stop topic beside `/emergency_stop` of the object's stream. */
  readonly stop?: SensorUri
  /** What the object's messages mean; undefined: its poses. */
  readonly objectSensor?: SensorDescription
  /** Opens topics of ROS 2, where it is there. */
  readonly openRos?: OpenRos
  readonly episodes: number | undefined
  readonly speed: number
  readonly isShadow: boolean
  /** A process of its own brings the arm down should this one die or hang. Not where the arm dies with it. */
  readonly isGuarded?: boolean
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
  readonly incoming?: Stream
  /** Where the page of a `camera:` sensor is. */
  readonly onCamera?: (url: string) => void
  /** The arm stands at its start and the policy acts from now on. */
  readonly onStarted?: () => void
}

export interface SerialDeploymentReport extends LoopReport {
  readonly interventions: Readonly<Record<string, number>>
  readonly rejectedPoses: Readonly<Record<string, number>>
  /** Goals in a frame that is not the arm's base, or without numbers. */
  readonly rejectedGoals: number
  /** How the object's poses arrived; null where hardly any did. */
  readonly objectArrivals: Arrivals | null
  /** The clock of the object's sender minus ours, and how far that may be off; null where it does not tell. */
  readonly objectClock: ClockOffset['estimate']
  readonly timing: ReturnType<ControlLoop['statistics']['summary']>
  readonly bus: ServoBusDriver['statistics']
}

/** Runs a policy on an arm at a serial port, real or emulated, with its sensors from rosbridge streams. */
export async function runSerialDeployment(
  options: SerialDeploymentOptions,
): Promise<SerialDeploymentReport> {
  const { actor, config } = options
  raisePriority()
  const clock = new RealClock()
  const guard = await startGuardFor(options)
  const signal = guard ? AbortSignal.any([options.signal, guard.lost]) : options.signal
  const times = {
    now: () => clock.now(),
    epochNow: () => (performance.timeOrigin + performance.now()) / 1000,
  }
  const { objectSensor, onCamera, openRos } = options
  const baseFrame = config.baseFrames.find((name) => name !== '') ?? ''
  const streams = new SensorStreams({
    camera: cameraSettings(objectSensor, baseFrame),
    ...(onCamera && { onCamera }),
    clock,
    epochNow: times.epochNow,
    ...(openRos && { openRos }),
  })
  try {
    const seen = await streams.open(options.object)
    const object = new StreamObjectSource({
      ...seen,
      frames: config.baseFrames,
      clock: times,
      ...(options.objectSensor && { sensor: options.objectSensor }),
    })
    const { goal, requests } = await listenForOrders(options, streams, seen.stream, clock)
    const bus = createSerialDriver(options.port, actor.arm, options.calibration, clock)
    const driver = guard ? guardedDriver(bus, guard) : bus
    const loop = new ControlLoop({
      driver,
      arm: actor.arm,
      model: actor.model,
      spec: actor.spec,
      policy: actor.createStepper(options.seed),
      clock,
      config,
      object,
      goal,
      requests,
      episodeS: actor.onArm.episodeS,
      thresholdM: actor.task.success.mainThresholdM,
      ...(options.episodes !== undefined && { episodes: options.episodes }),
      hasFixedGoal: !('kind' in options.goal),
      ...(options.firstRun && { firstRun: options.firstRun }),
      speed: options.speed,
      isShadow: options.isShadow,
      heldQ: actor.arm.poses.rest,
      signal,
    })
    loop.tap = combineTaps(tapsOf(options, loop, driver, times.epochNow() - clock.now()))
    await loop.open()
    try {
      await streams.ready(config.connectS, signal)
      loop.started.then(options.onStarted, () => {})
      const report = await loop.run()
      guard?.lost.throwIfAborted()
      if (options.isParked === true) await loop.park()
      return {
        ...report,
        interventions: loop.port.filter.interventions,
        rejectedPoses: object.rejected,
        rejectedGoals: goal.rejected,
        objectArrivals: object.arrivals,
        objectClock: seen.offset?.estimate ?? null,
        timing: loop.statistics.summary(actor.spec.control.setpointRateHz),
        bus: bus.statistics,
      }
    } finally {
      await driver.close()
    }
  } finally {
    streams.close()
    await guard?.close()
  }
}

/** Goals, resets and stops, from wherever they may come. */
async function listenForOrders(
  { config, goal: given, incoming, stop }: SerialDeploymentOptions,
  streams: SensorStreams,
  objectStream: Pick<Stream, 'subscribe'>,
  clock: RealClock,
): Promise<{ goal: GoalHolder; requests: StreamRequests }> {
  const goal = new GoalHolder()
  const requests = new StreamRequests(
    objectStream,
    () => clock.now(),
    config.emergencyStop.heartbeatS,
  )
  if (incoming !== undefined) requests.listen(incoming)
  if (stop !== undefined) {
    const { stream, topic } = await streams.open(stop)
    requests.listenForStop(stream, topic)
  }
  if (!('kind' in given)) goal.set(given[0], given[1])
  else {
    const { stream, topic } = await streams.open(given)
    subscribeGoal(stream, topic, goal, config.baseFrames)
    if (incoming !== undefined) subscribeGoal(incoming, '/goal/pose', goal, config.baseFrames)
  }
  return { goal, requests }
}

function tapsOf(
  { actor, config, createTap, sinks = [] }: SerialDeploymentOptions,
  loop: ControlLoop,
  { jointNames }: ArmDriver,
  epochOffsetS: number,
): LoopTap[] {
  const frame = config.baseFrames.find((name) => name !== '') ?? ''
  const robotDescription = writeUrdf(actor.arm)
  return [
    ...(createTap === undefined ? [] : [createTap(loop)]),
    ...(sinks.length === 0
      ? []
      : [createRecordTap({ sinks, jointNames, epochOffsetS, frame, robotDescription })]),
  ]
}

async function startGuardFor(options: SerialDeploymentOptions): Promise<Guard | undefined> {
  const { actor, calibration, config, isGuarded, isShadow, port } = options
  if (isGuarded !== true || isShadow) return undefined
  const { arm, model } = actor
  return startGuard({ arm, calibration, config, port, joints: model.jointNames })
}
