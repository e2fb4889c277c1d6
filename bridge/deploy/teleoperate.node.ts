import type { Clock } from '../../robot/model/clock.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import { rosPose, stampOf } from '../recording/ros-values.ts'
import { cameraSettings } from '../streams/camera/camera-settings.ts'
import { epochNow } from '../streams/epoch-now.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import { type ArmSessionOptions, runArmSession } from './arm-session.node.ts'
import { baseFrameOf } from './base-frame.ts'
import { checkLeader } from './check-leader.node.ts'
import type { ArmSessionReport } from './follow-source.ts'
import type { LeaderAtPort } from './leader-at-port.node.ts'
import { createLeaderSource } from './leader-source.ts'
import { SensorStreams } from './sensor-streams.node.ts'
import { createSerialDriver } from './serial-driver.node.ts'
import { StreamObjectSource } from './stream-sources.ts'

export interface TeleoperateOptions extends Omit<ArmSessionOptions, 'joints'> {
  readonly leader: LeaderAtPort
  /** Poses of an object that are recorded as they come, in the arm's base. */
  readonly object?: SensorUri
  /** What the object's messages mean; undefined: its poses. */
  readonly objectSensor?: SensorDescription
  /** Where the page of a `camera:` sensor is. */
  readonly onCamera?: (url: string) => void
  readonly onCaughtUp: () => void
}

export interface TeleoperationReport extends ArmSessionReport {
  /** Where the object was seen; left out where nobody asked. */
  readonly seen?: Pick<StreamObjectSource, 'rejected' | 'trouble'>
}

const CONNECT_TIMEOUT_S = 10

/**
 * An arm that repeats what a hand does with its leader, until the signal. The leader is limp throughout. Throws as
 * `checkLeader` and as the session does.
 */
export async function teleoperate(options: TeleoperateOptions): Promise<TeleoperationReport> {
  const { arm, calibration, config, leader, onCamera, onCaughtUp, recorder, signal } = options
  const clock = new RealClock()
  await checkLeader(options, leader, clock, signal)
  const driver = createSerialDriver(leader.port, leader.arm, leader.calibration, clock)
  const name = [...driver.jointNames]
  const record = (leaderQ: Float64Array): void => {
    const epochS = epochNow()
    const header = { stamp: stampOf(epochS), frame_id: '' }
    const message = { header, name, position: leaderQ.slice(), velocity: [], effort: [] }
    recorder?.write([{ topic: '/leader/joint_states', epochS, message }])
  }
  const camera = cameraSettings(options.objectSensor, baseFrameOf(config))
  const streams = new SensorStreams({ clock, epochNow, camera, ...(onCamera && { onCamera }) })
  try {
    const seen = await recordObject(options, streams, clock)
    await streams.ready(CONNECT_TIMEOUT_S, signal)
    await driver.open(signal)
    await driver.disable()
    const report = await runArmSession(
      { ...options, joints: driver.jointNames },
      async ({ port }) =>
        createLeaderSource({
          ...{ arm, calibration, port, onCaughtUp },
          leader: driver,
          leaderCalibration: leader.calibration,
          slowRadPerS: config.softStart.speedRadPerS,
          ...(recorder && { onLed: record }),
        }),
    )
    return { ...report, ...(seen && { seen }) }
  } finally {
    await driver.close()
    streams.close()
  }
}

/** Records what a deployment would take for the object's pose. */
async function recordObject(
  { config, object, objectSensor, recorder }: TeleoperateOptions,
  streams: SensorStreams,
  clock: Clock,
): Promise<StreamObjectSource | undefined> {
  if (object === undefined) return undefined
  const opened = await streams.open(object, '/object/pose')
  const now = () => clock.now()
  return new StreamObjectSource({
    ...opened,
    frames: config.baseFrames,
    clock: { now, epochNow: opened.epochNow ?? epochNow },
    ...(objectSensor && { sensor: objectSensor }),
    onPose(captureS, { position, quaternion }) {
      const epochS = epochNow()
      const stamp = stampOf(epochS - (now() - captureS))
      const header = { stamp, frame_id: baseFrameOf(config) }
      const message = { header, pose: rosPose(position, quaternion) }
      recorder?.write([{ topic: '/object/pose', epochS, message }])
    },
  })
}
