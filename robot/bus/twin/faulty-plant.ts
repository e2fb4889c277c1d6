import type { Plant, ServoControl } from './plant.ts'
import type { TwinFaults } from './twin-faults.ts'

/** Of a servo that still works, though nobody should go on so, and of one that protects itself [°C]. */
const WARM_C = 68
const HOT_C = 90
/** A slipping horn passes this share of the torque on, and turns at this speed under full duty [rad/s]. */
const SLIP_SHARE = 0.15
const SLIP_RAD_PER_S = 2

/** Mechanics as the servos see them when something is wrong with shafts, gears, temperatures or the supply. */
export class FaultyPlant implements Plant {
  readonly numServos: number
  readonly positionRad: Float64Array
  readonly velocityRadPerS: Float64Array
  readonly currentA: Float64Array
  readonly temperatureC: Float64Array
  readonly supplyV: Float64Array
  readonly blocked: Set<number>
  readonly #plant: Plant
  readonly #faults: TwinFaults
  readonly #ids: readonly number[]
  /** Those in `blocked` that are there because of a fault. */
  readonly #jammed = new Set<number>()
  /** How far each shaft has turned in its horn, and turns now [numServos]. */
  readonly #slipRad: Float64Array
  readonly #slipRadPerS: Float64Array
  #timeS: number

  /** @param ids - of the servos, in the plant's order */
  constructor(plant: Plant, faults: TwinFaults, ids: readonly number[]) {
    this.#plant = plant
    this.#faults = faults
    this.#ids = ids
    this.#timeS = plant.timeS
    this.numServos = plant.numServos
    this.blocked = plant.blocked
    this.positionRad = plant.positionRad.slice()
    this.velocityRadPerS = plant.velocityRadPerS.slice()
    this.currentA = plant.currentA.slice()
    this.temperatureC = plant.temperatureC.slice()
    this.supplyV = plant.supplyV.slice()
    this.#slipRad = new Float64Array(plant.numServos)
    this.#slipRadPerS = new Float64Array(plant.numServos)
  }

  get timeS(): number {
    return this.#plant.timeS
  }

  advance(timeS: number, control: ServoControl): void {
    this.#jam()
    this.#plant.advance(timeS, {
      dutyAt: (atS, _plant, duty) => {
        this.#look()
        control.dutyAt(atS, this, duty)
        this.#weaken(atS, duty)
      },
    })
    this.#look()
  }

  #jam(): void {
    for (let i = 0; i < this.numServos; i++) {
      const isJammed = this.#faults.jammedIds.has(this.#ids[i]!)
      if (isJammed === this.#jammed.has(i)) continue
      for (const set of [this.#jammed, this.blocked]) {
        if (isJammed) set.add(i)
        else set.delete(i)
      }
    }
  }

  #look(): void {
    const plant = this.#plant
    const { supplyV } = this.#faults
    this.currentA.set(plant.currentA)
    for (let i = 0; i < this.numServos; i++) {
      this.positionRad[i] = plant.positionRad[i]! + this.#slipRad[i]!
      this.velocityRadPerS[i] = plant.velocityRadPerS[i]! + this.#slipRadPerS[i]!
      this.temperatureC[i] = this.#temperatureOf(this.#ids[i]!) ?? plant.temperatureC[i]!
      this.supplyV[i] = Math.min(plant.supplyV[i]!, supplyV)
    }
  }

  #temperatureOf(id: number): number | undefined {
    if (this.#faults.hotIds.has(id)) return HOT_C
    return this.#faults.warmIds.has(id) ? WARM_C : undefined
  }

  #weaken(timeS: number, duty: Float64Array): void {
    const stepS = Math.max(0, timeS - this.#timeS)
    this.#timeS = timeS
    for (let i = 0; i < this.numServos; i++) {
      const present = this.#plant.supplyV[i]!
      if (present > this.supplyV[i]!) duty[i] = (duty[i]! * this.supplyV[i]!) / present
      const isSlipping = this.#faults.slippingIds.has(this.#ids[i]!) && !Number.isNaN(duty[i]!)
      this.#slipRadPerS[i] = isSlipping ? duty[i]! * SLIP_RAD_PER_S : 0
      this.#slipRad[i] = this.#slipRad[i]! + this.#slipRadPerS[i]! * stepS
      if (isSlipping) duty[i] = duty[i]! * SLIP_SHARE
    }
  }
}
