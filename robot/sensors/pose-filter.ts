/** 99.9 % of a chi-squared variable with three degrees of freedom lie below. */
const GATE = 16.27
const AXES = 3

export interface PoseFilterSpec {
  /** Standard deviation of a measurement along each axis [m]. */
  readonly noiseM: number
  /** Standard deviation of the acceleration of what is measured [m/s²]. */
  readonly accelerationMPerS2: number
  /** So many outliers one after another are none: the object is elsewhere. */
  readonly maxOutliers: number
}

/**
 * Place and velocity of an object from noisy places: a Kalman filter of constant velocity with an acceleration that
 * is drawn anew for each interval, the same for every axis. What lies beyond the gate is an outlier.
 */
export class PoseFilter {
  /** At the time of the newest measurement [3], [m], [m/s]. */
  readonly position = new Float64Array(AXES)
  readonly velocity = new Float64Array(AXES)
  /** Gains of the last measurement: on the place, and on the velocity [1/s]. */
  gains = { position: 1, velocity: 0 }
  numRejected = 0
  private readonly spec: PoseFilterSpec
  private stampS = Number.NaN
  private outliers = 0
  /** Covariance: of the place, of place and velocity, of the velocity. */
  private pp = 0
  private pv = 0
  private vv = 0

  constructor(spec: PoseFilterSpec) {
    this.spec = spec
  }

  /**
   * Takes a measurement; false for an outlier.
   * @param position - [3], [m]
   */
  accept(stampS: number, position: ArrayLike<number>): boolean {
    const { accelerationMPerS2, maxOutliers, noiseM } = this.spec
    const intervalS = stampS - this.stampS
    if (Number.isNaN(intervalS)) {
      this.begin(stampS, position)
      return true
    }
    this.goOn(intervalS, accelerationMPerS2 ** 2)
    this.stampS = stampS
    const variance = this.pp + noiseM ** 2
    let distance = 0
    for (let k = 0; k < AXES; k++) distance += (position[k]! - this.position[k]!) ** 2 / variance
    if (distance > GATE) {
      this.outliers++
      const isElsewhere = this.outliers > maxOutliers
      if (isElsewhere) this.begin(stampS, position)
      else this.numRejected++
      return isElsewhere
    }
    this.outliers = 0
    this.correct(position, { position: this.pp / variance, velocity: this.pv / variance })
    return true
  }

  /** Where the object is at `timeS`, if it goes on as it went: `out` [3]. */
  predict(timeS: number, out: Float64Array): void {
    const t = timeS - this.stampS
    for (let k = 0; k < AXES; k++) out[k] = this.position[k]! + t * this.velocity[k]!
  }

  /** Lets time pass, with an acceleration that nobody knows. @param q - its variance [m²/s⁴] */
  private goOn(t: number, q: number): void {
    for (let k = 0; k < AXES; k++) this.position[k] = this.position[k]! + t * this.velocity[k]!
    this.pp += 2 * t * this.pv + t * t * this.vv + (q * t ** 4) / 4
    this.pv += t * this.vv + (q * t ** 3) / 2
    this.vv += q * t * t
  }

  private correct(measured: ArrayLike<number>, gains: PoseFilter['gains']): void {
    for (let k = 0; k < AXES; k++) {
      const surprise = measured[k]! - this.position[k]!
      this.position[k] = this.position[k]! + gains.position * surprise
      this.velocity[k] = this.velocity[k]! + gains.velocity * surprise
    }
    this.gains = gains
    this.vv -= gains.velocity * this.pv
    this.pp *= 1 - gains.position
    this.pv *= 1 - gains.position
  }

  /** Resting, until a second measurement says otherwise. */
  private begin(stampS: number, position: ArrayLike<number>): void {
    const { noiseM, accelerationMPerS2 } = this.spec
    this.position.set(Array.from({ length: AXES }, (_, k) => position[k]!))
    this.velocity.fill(0)
    this.pp = noiseM ** 2
    this.pv = 0
    this.vv = accelerationMPerS2 ** 2
    this.outliers = 0
    this.stampS = stampS
  }
}
