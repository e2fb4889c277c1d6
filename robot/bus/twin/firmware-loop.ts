import { createShaftState, type EmulatedServo, type ShaftState } from './emulated-servo.ts'
import type { Plant, ServoControl } from './plant.ts'

/** The firmware in every servo of a bus, run by the plant at the plant's time steps. */
export class FirmwareLoop implements ServoControl {
  readonly #servos: readonly EmulatedServo[]
  readonly #shaft = createShaftState()
  /** As last given to the plant, -1..1 with positive = more ticks; 0 while torque is off [numServos]. */
  readonly #dutySteps: Float64Array
  #timeS = Number.NaN

  constructor(servos: readonly EmulatedServo[]) {
    this.#servos = servos
    this.#dutySteps = new Float64Array(servos.length)
  }

  dutyAt(timeS: number, plant: Plant, duty: Float64Array): void {
    const stepS = Number.isNaN(this.#timeS) ? 0 : Math.max(0, timeS - this.#timeS)
    this.#timeS = timeS
    for (let index = 0; index < this.#servos.length; index++) {
      const servo = this.#servos[index]!
      const inSteps = servo.dutySteps(this.shaftOf(index, plant), stepS)
      this.#dutySteps[index] = Number.isNaN(inSteps) ? 0 : inSteps
      duty[index] = inSteps * servo.sign
    }
  }

  /** Fills the feedback registers of all servos. */
  feedBack(plant: Plant): void {
    for (let index = 0; index < this.#servos.length; index++) {
      this.#servos[index]!.feedBack(this.shaftOf(index, plant), this.#dutySteps[index]!)
    }
  }

  /** The joint of a servo as it is now; written over by the next call. */
  shaftOf(index: number, plant: Plant): ShaftState {
    const shaft = this.#shaft
    shaft.timeS = plant.timeS
    shaft.positionRad = plant.positionRad[index]!
    shaft.velocityRadPerS = plant.velocityRadPerS[index]!
    shaft.currentA = plant.currentA[index]!
    shaft.supplyV = plant.supplyV[index]!
    shaft.temperatureC = plant.temperatureC[index]!
    return shaft
  }
}
