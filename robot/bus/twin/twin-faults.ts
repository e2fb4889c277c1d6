/** What goes wrong with an emulated arm; change it at any time. Rates are probabilities per reply. */
export interface TwinFaults {
  /** Replies that never come. */
  dropRate: number
  /** Replies with one byte changed. */
  corruptRate: number
  /** Replies sent twice. */
  duplicateRate: number
  /** Replies that come `delayS` late. */
  delayRate: number
  delayS: number
  /** USB adapter: added to every transfer, both ways [s]. */
  latencyS: number
  /** The supply reaches no more than this [V]; servos restart when it was too low for them. */
  supplyV: number
  /** Ids that do not answer and do not act; their last goal stands. */
  readonly deadIds: Set<number>
  /** Ids of servos that are warmer than is good for them, and of those that are too hot to go on. */
  readonly warmIds: Set<number>
  readonly hotIds: Set<number>
  /** Ids of servos whose gear is jammed. */
  readonly jammedIds: Set<number>
  /** Ids of servos whose horn slips on its shaft. */
  readonly slippingIds: Set<number>
}

export const createTwinFaults = (faults: Partial<TwinFaults> = {}): TwinFaults => ({
  dropRate: 0,
  corruptRate: 0,
  duplicateRate: 0,
  delayRate: 0,
  delayS: 0,
  latencyS: 0,
  supplyV: Number.POSITIVE_INFINITY,
  deadIds: new Set(),
  warmIds: new Set(),
  hotIds: new Set(),
  jammedIds: new Set(),
  slippingIds: new Set(),
  ...faults,
})
