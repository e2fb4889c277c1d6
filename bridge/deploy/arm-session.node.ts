import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { Recorder } from '../recording/recorder.node.ts'
import { epochNow } from '../streams/epoch-now.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { type ArmSession, type ArmSessionReport, followSource } from './follow-source.ts'
import { startGuard } from './guard/guard.node.ts'
import { guardedDriver } from './guard/guarded-driver.ts'
import type { JointSource } from './joint-source.ts'
import { ProvenCalibration } from './proven-calibration.node.ts'
import { raisePriority } from './raise-priority.node.ts'
import { createSerialDriver } from './serial-driver.node.ts'

export interface ArmSessionOptions {
  readonly arm: ArmDescription
  readonly calibration: ArmCalibration
  readonly config: DeployConfig
  /** Serial device. */
  readonly port: string
  /** That the session moves; left out: those of the group `arm`, the others are brought to the rest pose. */
  readonly joints?: readonly string[]
  /** At the end move slowly to the park pose and release torque; else the arm is left holding. */
  readonly isParked: boolean
  /** Gets what the servos were told and did; its owner closes it. */
  readonly recorder?: Recorder
  readonly signal: AbortSignal
  /** The arm stands at its start and the source acts from now on. */
  readonly onStarted: () => void
}

/** An arm at a serial port that follows a source of joint targets, guarded like any deployment: `followSource`. */
export async function runArmSession(
  options: ArmSessionOptions,
  createSource: (session: ArmSession) => Promise<JointSource>,
): Promise<ArmSessionReport> {
  const { arm, calibration, config, port: path } = options
  await raisePriority()
  const clock = new RealClock()
  const model = compileArm(arm, options.joints === undefined ? {} : { joints: options.joints })
  const guard = await startGuard({ arm, calibration, config, port: path, joints: model.jointNames })
  const driver = guardedDriver(createSerialDriver(path, arm, calibration, clock), guard)
  try {
    const follow = {
      ...{ ...options, model, driver, clock },
      isProven: new ProvenCalibration(calibration.origin, arm.name, calibration).isProven,
      epochOffsetS: epochNow() - clock.now(),
      signal: AbortSignal.any([options.signal, guard.lost]),
      check: () => guard.lost.throwIfAborted(),
    }
    return await followSource(follow, createSource)
  } finally {
    await driver.close()
    await guard.close()
  }
}
