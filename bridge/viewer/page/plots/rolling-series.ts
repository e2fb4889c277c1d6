/**
 * The last seconds of some quantities against time, as views into arrays that are written in place.
 * Index 0 of `columns` is time [s], the others are the quantities in order.
 */
export class RollingSeries {
  private readonly arrays: Float64Array[]
  private readonly windowS: number
  private start = 0
  private end = 0

  constructor(numQuantities: number, windowS: number, capacity = 4096) {
    this.arrays = Array.from({ length: numQuantities + 1 }, () => new Float64Array(capacity))
    this.windowS = windowS
  }

  /** Adds a sample; time that runs backwards begins anew. */
  push(timeS: number, ...values: readonly number[]): void {
    const times = this.arrays[0]!
    if (this.end > this.start && timeS < times[this.end - 1]!) this.clear()
    if (this.end === times.length) this.moveToFront()
    times[this.end] = timeS
    for (let i = 1; i < this.arrays.length; i++) {
      this.arrays[i]![this.end] = values[i - 1] ?? Number.NaN
    }
    this.end++
    while (times[this.start]! < timeS - this.windowS) this.start++
  }

  clear(): void {
    this.start = 0
    this.end = 0
  }

  get lastTimeS(): number {
    return this.end > this.start ? this.arrays[0]![this.end - 1]! : 0
  }

  get columns(): Float64Array[] {
    return this.arrays.map((array) => array.subarray(this.start, this.end))
  }

  /** Of more samples than fit into the window, the older half is given up. */
  private moveToFront(): void {
    if (this.start === 0) this.start = this.end >> 1
    for (const array of this.arrays) array.copyWithin(0, this.start, this.end)
    this.end -= this.start
    this.start = 0
  }
}

/** uPlot takes null for what is missing; one NaN would be the end of the axis' range. */
export function withGaps(column: Float64Array): Float64Array | (number | null)[] {
  if (!column.some(Number.isNaN)) return column
  return Array.from(column, (value) => (Number.isNaN(value) ? null : value))
}
