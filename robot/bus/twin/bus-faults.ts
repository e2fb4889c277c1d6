/** What goes wrong on an emulated bus; change it at any time. Rates are probabilities per reply. */
export interface BusFaults {
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
  /** Ids that do not answer and do not act. */
  readonly deadIds: Set<number>
}

export const createBusFaults = (faults: Partial<BusFaults> = {}): BusFaults => ({
  dropRate: 0,
  corruptRate: 0,
  duplicateRate: 0,
  delayRate: 0,
  delayS: 0,
  latencyS: 0,
  deadIds: new Set(),
  ...faults,
})
