import type { Plant, ServoControl } from '../../robot/bus/twin/plant.ts'

const STEP_S = 0.002
/** Speed at full duty [rad/s]. */
const FULL_SPEED_RAD_PER_S = 5.2
const SUPPLY_V = 7.4
const AMBIENT_C = 25

/** Joints that simply turn at the speed their duty asks for: a bench of bus or loop times no mechanics. */
export class IdealPlant implements Plant {
  readonly numServos: number
  readonly positionRad: Float64Array
  readonly velocityRadPerS: Float64Array
  readonly currentA: Float64Array
  readonly temperatureC: Float64Array
  readonly supplyV: Float64Array
  readonly blocked = new Set<number>()
  timeS: number
  readonly #duty: Float64Array

  /** @param positionRad - where the joints begin [numServos] */
  constructor(positionRad: ArrayLike<number>, startS = 0) {
    const n = positionRad.length
    this.numServos = n
    this.timeS = startS
    this.positionRad = Float64Array.from(positionRad)
    this.velocityRadPerS = new Float64Array(n)
    this.currentA = new Float64Array(n)
    this.temperatureC = new Float64Array(n).fill(AMBIENT_C)
    this.supplyV = new Float64Array(n).fill(SUPPLY_V)
    this.#duty = new Float64Array(n)
  }

  advance(timeS: number, control: ServoControl): void {
    while (this.timeS + STEP_S <= timeS) {
      this.timeS += STEP_S
      control.dutyAt(this.timeS, this, this.#duty)
      for (let i = 0; i < this.numServos; i++) {
        const duty = this.#duty[i]!
        const isFree = !Number.isNaN(duty) && !this.blocked.has(i)
        const speed = !isFree ? 0 : duty * FULL_SPEED_RAD_PER_S
        this.velocityRadPerS[i] = speed
        this.positionRad[i] = this.positionRad[i]! + speed * STEP_S
      }
    }
  }
}
