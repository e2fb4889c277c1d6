import type { Clock } from '../../robot/model/clock.ts'
import { CycleStages } from './cycle-stages.ts'
import type { LoopStatistics } from './loop-statistics.ts'

/** Share of a cycle in which it reads its arm: policy, safety filter and writing need the rest. */
const READ_SHARE = 0.6

type PaceStatistics = Pick<LoopStatistics, 'missed' | 'latenessS'>

/** Keeps a loop to its rate: deadlines a period apart; those that are past already are missed, not made up for. */
export class Pace {
  private readonly clock: Clock
  private readonly periodS: number
  private readonly statistics: PaceStatistics | undefined
  /** Of the last waking [s]. */
  latenessS = 0
  /** Of the present cycle, from its waking on. */
  readonly stages: CycleStages
  private deadlineS: number

  /** @param statistics - left out where nobody asks for them */
  constructor(clock: Clock, periodS: number, statistics?: PaceStatistics) {
    this.clock = clock
    this.periodS = periodS
    this.statistics = statistics
    this.deadlineS = clock.now()
    this.stages = new CycleStages(clock)
  }

  /** When the present cycle has to have read its arm, so that it is over in time [s]. */
  get readByS(): number {
    return this.deadlineS + READ_SHARE * this.periodS
  }

  /** Deadlines begin anew, after something that takes its own time. */
  restart(): void {
    this.deadlineS = this.clock.now()
  }

  /** Resolves at the next deadline, or as soon as `signal` aborts. */
  async next(signal: AbortSignal): Promise<void> {
    const { clock, periodS, statistics } = this
    this.deadlineS += periodS
    if (clock.now() > this.deadlineS) {
      const late = Math.floor((clock.now() - this.deadlineS) / periodS) + 1
      if (statistics !== undefined) statistics.missed += late
      this.deadlineS += late * periodS
    }
    await clock.sleepUntil(this.deadlineS, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    this.latenessS = Math.max(0, clock.now() - this.deadlineS)
    statistics?.latenessS.add(this.latenessS)
    this.stages.begin()
  }
}
