import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { createRecordTap } from '../recording/record-tap.ts'
import type { Recorder } from '../recording/recorder.node.ts'
import { ArmPort } from './arm-port.ts'
import { tryJoints } from './check-directions.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { startGuard } from './guard/guard.node.ts'
import { guardedDriver } from './guard/guarded-driver.ts'
import type { JointSource } from './joint-source.ts'
import { LoopStatistics } from './loop-statistics.ts'
import type { LoopTap } from './loop-tap.ts'
import { layDown } from './park.ts'
import { ProvenCalibration } from './proven-calibration.node.ts'
import { raisePriority } from './raise-priority.node.ts'
import { createSerialDriver } from './serial-driver.node.ts'
import { moveJoints, type SlowMoveOptions } from './soft-start.ts'
import { SESSION_RATE_HZ, sourceCycles } from './source-cycles.ts'

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

/** What a source is made of: the model of the joints that it moves, and the port to them, already read. */
export interface ArmSession {
  readonly model: ArmModel
  readonly port: ArmPort
}

export interface ArmSessionReport {
  readonly cycles: number
  readonly seconds: number
  /** The source ended it, not the signal. */
  readonly isWhole: boolean
  readonly interventions: Readonly<Record<string, number>>
  readonly timing: ReturnType<LoopStatistics['summary']>
}

/**
 * An arm at a serial port that follows a source of joint targets: guarded and through the safety filter like any
 * deployment, from a slow move to where the source begins; with a calibration that was never run every joint is tried
 * first. Whatever happens, it leaves the arm holding still with
 * torque on, or parked.
 */
export async function runArmSession(
  options: ArmSessionOptions,
  createSource: (session: ArmSession) => Promise<JointSource>,
): Promise<ArmSessionReport> {
  const { arm, calibration, config, port: path } = options
  raisePriority()
  const clock = new RealClock()
  const model = compileArm(arm, options.joints === undefined ? {} : { joints: options.joints })
  const guard = await startGuard({ arm, calibration, config, port: path, joints: model.jointNames })
  const signal = AbortSignal.any([options.signal, guard.lost])
  const driver = guardedDriver(createSerialDriver(path, arm, calibration, clock), guard)
  const port = new ArmPort({
    ...{ driver, arm, model, clock, config },
    isShadow: false,
    heldQ: arm.poses.rest,
  })
  const requests = { isStopped: false, takeReset: () => false }
  const slow: SlowMoveOptions = { config, clock, requests, signal }
  const statistics = new LoopStatistics()
  let isReleased = false
  const release = async (): Promise<void> => {
    await layDown(port, { arm, clock, config, driver, model, requests })
    isReleased = true
  }
  try {
    await driver.open(signal)
    await port.readArm()
    const source = await createSource({ model, port })
    await port.enable()
    try {
      const proven = new ProvenCalibration(calibration.origin, arm.name, calibration)
      if (!proven.isProven) await tryJoints(port, model, slow)
      await moveJoints(port, await source.begin(), slow)
      options.onStarted()
      const tap = tapOf(options.recorder, driver, clock)
      const cycles = { port, source, clock, signal, statistics, layDown: release, config, ...tap }
      const report = await sourceCycles(cycles)
      guard.lost.throwIfAborted()
      if (options.isParked) await release()
      const interventions = port.filter.interventions
      return { ...report, interventions, timing: statistics.summary(SESSION_RATE_HZ) }
    } finally {
      if (!isReleased) await port.holdStill()
    }
  } finally {
    await driver.close()
    await guard.close()
  }
}

function tapOf(
  recorder: Recorder | undefined,
  { jointNames }: ArmDriver,
  clock: RealClock,
): { tap?: LoopTap } {
  if (recorder === undefined) return {}
  const epochOffsetS = (performance.timeOrigin + performance.now()) / 1000 - clock.now()
  return { tap: createRecordTap({ sinks: [recorder], jointNames, epochOffsetS, frame: '' }) }
}
