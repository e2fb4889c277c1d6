import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { Excitation } from '../../robot/model/excitation.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { createRecordTap } from '../recording/record-tap.ts'
import type { Recorder } from '../recording/recorder.node.ts'
import { ArmPort } from './arm-port.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { startGuard } from './guard/guard.node.ts'
import { guardedDriver } from './guard/guarded-driver.ts'
import { LoopStatistics } from './loop-statistics.ts'
import { Pace } from './pace.ts'
import { park, parkPose } from './park.ts'
import { raisePriority } from './raise-priority.node.ts'
import { createSerialDriver } from './serial-driver.node.ts'
import { moveJoints, poseFor } from './soft-start.ts'
import { laidDown, stoppedBy } from './stop-errors.ts'

const RATE_HZ = 100

export interface ExciteOptions {
  readonly arm: ArmDescription
  readonly calibration: ArmCalibration
  readonly config: DeployConfig
  /** Serial device. */
  readonly port: string
  readonly amplitudeRad: number
  readonly durationS: number
  /** At the end move slowly to the park pose and release torque; else the arm is left holding. */
  readonly isParked: boolean
  readonly recorder: Recorder
  readonly signal: AbortSignal
  /** The arm stands in the middle of its excitation and begins to move. */
  readonly onStarted: () => void
  readonly onProgress: (timeS: number) => void
}

export interface ExciteReport {
  readonly cycles: number
  readonly seconds: number
  readonly isWhole: boolean
  readonly interventions: Readonly<Record<string, number>>
  readonly timing: ReturnType<LoopStatistics['summary']>
}

/**
 * Moves an arm through an excitation about the configured pose, guarded and through the safety filter like any
 * deployment, and records what its servos were told and did. Something in the way ends it.
 */
export async function exciteArm(options: ExciteOptions): Promise<ExciteReport> {
  const { arm, calibration, config, port: path } = options
  raisePriority()
  const clock = new RealClock()
  const model = compileArm(arm)
  const joints = model.jointNames
  const guard = await startGuard({ arm, calibration, config, port: path, joints })
  const signal = AbortSignal.any([options.signal, guard.lost])
  const driver = guardedDriver(createSerialDriver(path, arm, calibration, clock), guard)
  const isShadow = false
  const port = new ArmPort({ driver, arm, model, clock, config, isShadow, heldQ: arm.poses.rest })
  const requests = { isStopped: false, takeReset: () => false }
  const tap = createRecordTap({
    recorder: options.recorder,
    jointNames: driver.jointNames,
    epochOffsetS: (performance.timeOrigin + performance.now()) / 1000 - clock.now(),
    frame: '',
  })
  const statistics = new LoopStatistics()
  const { leanRad, tool } = config.excitation
  const centre = poseFor(model, tool, leanRad, `excitation.tool of ${config.name}`)
  const excitation = new Excitation(model, centre, options.amplitudeRad, options.durationS)
  const target = new Float64Array(model.numJoints)
  let cycles = 0
  let timeS = 0
  let isReleased = false

  const layDown = async (): Promise<void> => {
    await port.holdStill()
    const undisturbed = new AbortController().signal
    await park(port, driver, parkPose(arm, model), { config, clock, requests, signal: undisturbed })
    isReleased = true
  }
  const move = async (): Promise<void> => {
    const beganS = clock.now()
    const pace = new Pace(clock, 1 / RATE_HZ, statistics)
    while (!signal.aborted && timeS < excitation.durationS) {
      await port.readArm()
      timeS = clock.now() - beganS
      excitation.at(timeS, target)
      const { rule, verdict } = await port.sendSafely(target, 0, 1 / RATE_HZ)
      const { reading, sentCommand: command } = port
      tap.cycle?.({ timeS: clock.now(), reading, command, rule, latenessS: pace.latenessS })
      if (verdict === 'yield') await port.giveIn()
      if (verdict === 'park') {
        await layDown()
        throw laidDown(rule)
      }
      if (verdict === 'yield' || verdict === 'stop') throw stoppedBy(rule)
      if (cycles++ % RATE_HZ === 0) options.onProgress(timeS)
      await pace.next(signal)
    }
  }

  try {
    await driver.open(signal)
    await port.readArm()
    await driver.enable()
    try {
      await moveJoints(port, centre, { config, clock, requests, signal })
      options.onStarted()
      await move()
      guard.lost.throwIfAborted()
      if (options.isParked) await layDown()
    } finally {
      if (!isReleased) await port.holdStill()
    }
    return {
      cycles,
      seconds: timeS,
      isWhole: timeS >= excitation.durationS,
      interventions: port.filter.interventions,
      timing: statistics.summary(RATE_HZ),
    }
  } finally {
    await driver.close()
    await guard.close()
  }
}
