import type { Clock } from '../../robot/model/clock.ts'
import type { ArmPort } from './arm-port.ts'
import type { DeployConfig } from './deploy.schema.ts'
import type { JointSource } from './joint-source.ts'
import type { LoopStatistics } from './loop-statistics.ts'
import { createCycleView, type LoopTap } from './loop-tap.ts'
import { Pace } from './pace.ts'
import { laidDown, stoppedBy } from './stop-errors.ts'

export const SESSION_RATE_HZ = 100
const PERIOD_S = 1 / SESSION_RATE_HZ

export interface SourceCyclesOptions {
  /** Read at least once. */
  readonly port: ArmPort
  readonly source: JointSource
  readonly clock: Clock
  readonly config: DeployConfig
  readonly signal: AbortSignal
  readonly statistics: LoopStatistics
  readonly tap?: LoopTap
  /** Parks the arm and releases it. */
  readonly layDown: () => Promise<void>
}

/**
 * Passes a source's targets on to an arm at `SESSION_RATE_HZ`, through the safety filter, until the source ends or the
 * signal aborts; the arm may then be moving. Throws ROBOT_SAFETY_STOP, and what source and driver throw.
 */
export async function sourceCycles(
  options: SourceCyclesOptions,
): Promise<{ cycles: number; seconds: number; isWhole: boolean }> {
  const { clock, config, layDown, port, signal, source, statistics, tap } = options
  const { durationS, maxTimes } = config.safety.yield
  const beganS = clock.now()
  const pace = new Pace(clock, PERIOD_S, statistics)
  const { stages } = pace
  const view = createCycleView(port, pace)
  const target = port.commandedQ()
  let numYields = 0
  let yieldsUntilS = Number.NaN
  for (let cycles = 0; ; cycles++) {
    const seconds = clock.now() - beganS
    if (signal.aborted) return { cycles, seconds, isWhole: false }
    await port.readArm(pace.readByS)
    stages.end('read')
    const isYielding = clock.now() < yieldsUntilS
    if (!isYielding && !Number.isNaN(yieldsUntilS)) {
      await port.recover()
      source.goOn?.()
      yieldsUntilS = Number.NaN
    }
    if (isYielding) target.set(port.commandedQ())
    else if (!(await source.next(seconds, target))) return { cycles, seconds, isWhole: true }
    stages.end('decide')
    const { rule, verdict } = await port.sendSafely(target, 0, PERIOD_S)
    stages.end('send')
    view.timeS = clock.now()
    view.rule = rule
    tap?.cycle?.(view)
    stages.end('show')
    if (verdict === 'yield') {
      await port.giveIn()
      if (source.goOn === undefined || ++numYields > maxTimes) throw stoppedBy(rule)
      yieldsUntilS = clock.now() + durationS
    }
    if (verdict === 'park') {
      await layDown()
      throw laidDown(rule)
    }
    if (verdict === 'stop') throw stoppedBy(rule)
    await pace.next(signal)
  }
}
