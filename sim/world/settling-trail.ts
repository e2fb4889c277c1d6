/** Mean speed of a point per environment over the last moments, from its places at the policy steps. */
export class SettlingTrail {
  private readonly rows: number
  private readonly periodS: number
  /** [numEnvs, rows, 3], each environment's places as a ring. */
  private readonly places: Float64Array
  private readonly newest: Int32Array

  constructor(numEnvs: number, periodS: number, windowS: number) {
    this.rows = Math.max(1, Math.round(windowS / periodS)) + 1
    this.periodS = periodS
    this.places = new Float64Array(3 * numEnvs * this.rows)
    this.newest = new Int32Array(numEnvs)
  }

  /** Begins at a place [3] where the point has always been; returns its speed, 0. */
  begin(index: number, place: Float64Array): number {
    for (let row = 0; row < this.rows; row++) this.places.set(place, this.at(index, row))
    return 0
  }

  /** Adds the place [3] of the next step; returns the mean speed [m/s]. */
  add(index: number, place: Float64Array): number {
    const now = (this.newest[index]! + 1) % this.rows
    this.newest[index] = now
    this.places.set(place, this.at(index, now))
    let path = 0
    for (let back = 0; back < this.rows - 1; back++) {
      const a = this.at(index, (now - back + this.rows) % this.rows)
      const b = this.at(index, (now - back - 1 + this.rows) % this.rows)
      const x = this.places[a]! - this.places[b]!
      const y = this.places[a + 1]! - this.places[b + 1]!
      const z = this.places[a + 2]! - this.places[b + 2]!
      path += Math.sqrt(x * x + y * y + z * z)
    }
    return path / ((this.rows - 1) * this.periodS)
  }

  save() {
    const { places, newest } = this
    return structuredClone({ places, newest })
  }

  restore({ places, newest }: ReturnType<SettlingTrail['save']>): void {
    this.places.set(places)
    this.newest.set(newest)
  }

  private at(index: number, row: number): number {
    return 3 * (index * this.rows + row)
  }
}
