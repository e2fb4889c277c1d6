import type { ServoLog } from './servo-log.ts'
import type { ServoParameters } from './servo-parameters.ts'

/**
 * What a log's servo was told, step by step. A command that falls into a step counts for the rest of it, so that a
 * simulation depends smoothly on the delays. Allocates nothing once made.
 */
export class GoalStream {
  /** Of the step last advanced over: the mean goal [rad], and the share of it with torque on. */
  goalRad: number
  onShare: number
  readonly #log: ServoLog
  readonly #delayS: number
  readonly #switchDelayS: number
  #sample = 0
  #nextS: number

  constructor(
    log: ServoLog,
    { commandDelayS, switchDelayS }: Pick<ServoParameters, 'commandDelayS' | 'switchDelayS'>,
  ) {
    this.#log = log
    this.#delayS = commandDelayS
    this.#switchDelayS = switchDelayS
    this.goalRad = log.goalRad[0]!
    this.onShare = log.isOn[0]!
    this.#nextS = this.#effectS(1)
  }

  /** Goes on to `endS`; the step is `stepS` long. */
  advance(endS: number, stepS: number): void {
    const { goalRad, isOn } = this.#log
    let goal = goalRad[this.#sample]!
    let on = isOn[this.#sample]!
    while (this.#nextS < endS) {
      this.#sample++
      const share = Math.min(1, (endS - this.#nextS) / stepS)
      goal += share * (goalRad[this.#sample]! - goalRad[this.#sample - 1]!)
      on += share * (isOn[this.#sample]! - isOn[this.#sample - 1]!)
      this.#nextS = this.#effectS(this.#sample + 1)
    }
    this.goalRad = goal
    this.onShare = on
  }

  /** When a sample's command acts [s]; never, after the last. */
  #effectS(sample: number): number {
    const { timeS, isOn } = this.#log
    if (sample >= timeS.length) return Number.POSITIVE_INFINITY
    const isSwitch = isOn[sample] !== isOn[sample - 1]
    return timeS[sample]! + this.#delayS + (isSwitch ? this.#switchDelayS : 0)
  }
}
