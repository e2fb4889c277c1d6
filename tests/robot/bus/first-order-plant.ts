import type { Plant, ServoControl } from '../../../robot/bus/twin/plant.ts'

const STEP_S = 0.002
/** Speed at full duty [rad/s], and how fast the motor takes it up [s]. */
const FULL_SPEED = 5.2
const TIME_CONSTANT_S = 0.03

/** Joints without load or coupling: speed follows duty with one time constant. */
export class FirstOrderPlant implements Plant {
  readonly numServos: number
  readonly positionRad: Float64Array
  readonly velocityRadPerS: Float64Array
  readonly currentA: Float64Array
  readonly temperatureC: Float64Array
  readonly supplyV: Float64Array
  readonly #duty: Float64Array
  /** Joints that cannot move. */
  readonly blocked = new Set<number>()
  timeS: number

  constructor(numServos: number, startS = 0) {
    this.numServos = numServos
    this.timeS = startS
    this.positionRad = new Float64Array(numServos)
    this.velocityRadPerS = new Float64Array(numServos)
    this.currentA = new Float64Array(numServos)
    this.temperatureC = new Float64Array(numServos).fill(30)
    this.supplyV = new Float64Array(numServos).fill(7.4)
    this.#duty = new Float64Array(numServos)
  }

  advance(timeS: number, control: ServoControl): void {
    while (this.timeS + STEP_S <= timeS) {
      this.timeS += STEP_S
      control.dutyAt(this.timeS, this, this.#duty)
      for (let joint = 0; joint < this.numServos; joint++) this.#move(joint)
    }
  }

  #move(joint: number): void {
    const duty = Number.isNaN(this.#duty[joint]!) ? 0 : this.#duty[joint]!
    const wanted = this.blocked.has(joint) ? 0 : duty * FULL_SPEED
    const speed = this.velocityRadPerS[joint]!
    this.velocityRadPerS[joint] = speed + ((wanted - speed) * STEP_S) / TIME_CONSTANT_S
    if (this.blocked.has(joint)) this.velocityRadPerS[joint] = 0
    this.positionRad[joint]! += this.velocityRadPerS[joint]! * STEP_S
    this.currentA[joint] = duty
  }
}
