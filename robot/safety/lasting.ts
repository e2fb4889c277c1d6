/** For how long something has held without a break. */
export class Lasting {
  private sinceS = Number.NaN

  /** Seconds since it began to hold; NaN while it does not. */
  update(holds: boolean, timeS: number): number {
    if (!holds) this.sinceS = Number.NaN
    else if (Number.isNaN(this.sinceS)) this.sinceS = timeS
    return timeS - this.sinceS
  }

  reset(): void {
    this.sinceS = Number.NaN
  }
}
