import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { createRecordTap } from '../recording/record-tap.ts'
import type { MessageSink } from '../recording/topics.ts'
import { ArmPort } from './arm-port.ts'
import { tryJoints } from './check-directions.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { JointSource } from './joint-source.ts'
import { LoopStatistics } from './loop-statistics.ts'
import type { LoopTap } from './loop-tap.ts'
import { layDown } from './park.ts'
import { moveJoints, type SlowMoveOptions } from './soft-start.ts'
import { SESSION_RATE_HZ, sourceCycles } from './source-cycles.ts'

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

export interface FollowOptions {
  readonly arm: ArmDescription
  readonly model: ArmModel
  readonly config: DeployConfig
  /** Not opened yet; its owner closes it. */
  readonly driver: ArmDriver
  readonly clock: Clock
  /** The arm has run with its calibration before: its joints need not be tried. */
  readonly isProven: boolean
  /** At the end move slowly to the park pose and release torque; else the arm is left holding. */
  readonly isParked: boolean
  /** Gets what the servos were told and did. */
  readonly recorder?: MessageSink
  /** What to add to the clock to get seconds since 1970. */
  readonly epochOffsetS: number
  readonly signal: AbortSignal
  /** Throws what has gone wrong beside the arm itself. */
  readonly check?: () => void
  /** The arm stands at its start and the source acts from now on. */
  readonly onStarted: () => void
}

/**
 * An arm follows a source of joint targets through the safety filter, from a slow move to where the source begins; with
 * a calibration that was never run every joint is tried first. Whatever happens, it leaves the arm holding still with
 * torque on, or parked.
 */
export async function followSource(
  options: FollowOptions,
  createSource: (session: ArmSession) => Promise<JointSource>,
): Promise<ArmSessionReport> {
  const { arm, clock, config, driver, model, signal } = options
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
  await driver.open(signal)
  await port.readArm()
  const source = await createSource({ model, port })
  await port.enable()
  try {
    if (!options.isProven) await tryJoints(port, model, slow)
    await moveJoints(port, await source.begin(), slow)
    options.onStarted()
    const cycles = { port, source, clock, signal, statistics, layDown: release, config }
    const report = await sourceCycles({ ...cycles, ...tapOf(options) })
    options.check?.()
    if (options.isParked) await release()
    const interventions = port.filter.interventions
    return { ...report, interventions, timing: statistics.summary(SESSION_RATE_HZ) }
  } catch (error) {
    // Interrupted on the way to the start.
    if (!options.isParked || !signal.aborted || error !== signal.reason) throw error
    options.check?.()
    await release()
    throw error
  } finally {
    if (!isReleased) await port.holdStill()
  }
}

function tapOf({ driver, epochOffsetS, recorder }: FollowOptions): { tap?: LoopTap } {
  if (recorder === undefined) return {}
  const { jointNames } = driver
  return { tap: createRecordTap({ sinks: [recorder], jointNames, epochOffsetS, frame: '' }) }
}
