import { RealClock } from '../../robot/model/real-clock.node.ts'
import { stampOf } from '../recording/ros-values.ts'
import { cameraSettings } from '../streams/camera/camera-settings.ts'
import { epochNow } from '../streams/epoch-now.ts'
import { MESSAGE_TYPE } from '../streams/messages.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import { type ArmSessionOptions, runArmSession } from './arm-session.node.ts'
import { baseFrameOf } from './base-frame.ts'
import { checkLeader } from './check-leader.node.ts'
import type { ArmSessionReport } from './follow-source.ts'
import type { LeaderAtPort } from './leader-at-port.node.ts'
import { createLeaderSource } from './leader-source.ts'
import { SensorStreams } from './sensor-streams.node.ts'
import { createSerialDriver } from './serial-driver.node.ts'

export interface TeleoperateOptions extends Omit<ArmSessionOptions, 'joints'> {
  readonly leader: LeaderAtPort
  /** Poses of an object that are recorded as they come. */
  readonly object?: SensorUri
  readonly onCaughtUp: () => void
}

const CONNECT_TIMEOUT_S = 10

/**
 * An arm that repeats what a hand does with its leader, until the signal. The leader is limp throughout. Throws as
 * `checkLeader` and as the session does.
 */
export async function teleoperate(options: TeleoperateOptions): Promise<ArmSessionReport> {
  const { arm, calibration, config, leader, onCaughtUp, recorder, signal } = options
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
  const camera = cameraSettings(undefined, baseFrameOf(config))
  const streams = new SensorStreams({ clock, epochNow, camera })
  try {
    if (options.object !== undefined) {
      const { stream, topic } = await streams.open(options.object, '/object/pose')
      stream.subscribe(topic, MESSAGE_TYPE.poseStamped, (message) => {
        recorder?.write([{ topic: '/object/pose', epochS: epochNow(), message }])
      })
    }
    await streams.ready(CONNECT_TIMEOUT_S, signal)
    await driver.open(signal)
    await driver.disable()
    return await runArmSession({ ...options, joints: driver.jointNames }, async ({ port }) =>
      createLeaderSource({
        ...{ arm, calibration, port, onCaughtUp },
        leader: driver,
        leaderCalibration: leader.calibration,
        slowRadPerS: config.softStart.speedRadPerS,
        ...(recorder && { onLed: record }),
      }),
    )
  } finally {
    await driver.close()
    streams.close()
  }
}
