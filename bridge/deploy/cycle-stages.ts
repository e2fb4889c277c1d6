import type { Clock } from '../../robot/model/clock.ts'

/**
 * What a set-point cycle does, in order: reads the arm, decides on a set-point (a policy, a hand, a stream), sends it
 * through the safety filter, and shows all that to recorder and viewer.
 */
export const STAGES = ['read', 'decide', 'send', 'show'] as const

export type Stage = (typeof STAGES)[number]

/** How long each stage of a cycle takes. */
export class CycleStages {
  /** By stage [STAGES.length], [s]; while a cycle is shown, `show` is of the one before. */
  readonly seconds = new Float64Array(STAGES.length)
  private readonly clock: Clock
  private sinceS = 0

  constructor(clock: Clock) {
    this.clock = clock
    this.begin()
  }

  /** A cycle begins. */
  begin(): void {
    this.sinceS = this.clock.now()
  }

  /** A stage is over; the next begins. */
  end(stage: Stage): void {
    const nowS = this.clock.now()
    this.seconds[STAGES.indexOf(stage)] = nowS - this.sinceS
    this.sinceS = nowS
  }
}
