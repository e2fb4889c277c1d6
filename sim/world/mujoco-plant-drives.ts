import type { ArmDescription, JointDescription } from '../../robot/model/arm.schema.ts'
import { motorOf, nominalSupply } from './mujoco-plant-motors.ts'
import { jointEntry, type Reality } from './reality.ts'

/** Copper's resistance grows, a ferrite magnet's field shrinks with temperature [1/K], from 25 °C. */
const COPPER_PER_K = 0.0039
const FERRITE_PER_K = -0.002
const REFERENCE_C = 25

/**
 * The motors of an arm in the domain of volts: duty in, torque on the rotors out, those of one voltage on
 * one supply that sags under their common current. Windings warm up; friction follows speed and load.
 */
export class PlantDrives {
  /** [numServos]: motor current [A] and torque on the rotor [Nm], signed alike; winding [°C]. */
  readonly currentA: Float64Array
  readonly torqueNm: Float64Array
  readonly temperatureC: Float64Array
  /** At the servos, sag included [numServos], [V]. */
  readonly supplyV: Float64Array
  /** Constants of the rotors, for the mechanics [numServos]. */
  readonly armatureKgM2: Float64Array
  readonly viscousNmSPerRad: Float64Array
  readonly coulombNm: Float64Array
  /** Without load [numServos]. */
  readonly #openV: Float64Array
  /** Servos by the supply that they hang on. */
  readonly #supplies: readonly (readonly number[])[]
  readonly #reality: Reality
  readonly #torqueConstant: Float64Array
  readonly #resistance: Float64Array
  readonly #line: Float64Array
  readonly #currentLimit: Float64Array
  readonly #stribeckNm: Float64Array
  readonly #stribeckSpeed: Float64Array
  readonly #loadFriction: Float64Array

  constructor(arm: ArmDescription, joints: readonly JointDescription[], reality: Reality) {
    const { servos, supply } = reality
    const motors = joints.map((joint) => motorOf(arm, joint))
    const scaled = (key: keyof typeof servos & `${string}Scale`, nominal: (i: number) => number) =>
      Float64Array.from(joints, (_, i) => nominal(i) * jointEntry(servos[key], i, key))
    this.#reality = reality
    this.#torqueConstant = scaled('torqueConstantScale', (i) => motors[i]!.torqueConstantNmPerA)
    this.#resistance = scaled('resistanceScale', (i) => motors[i]!.resistanceOhm)
    this.#line = scaled('resistanceScale', (i) => motors[i]!.lineOhm)
    this.armatureKgM2 = scaled('armatureScale', (i) => motors[i]!.armatureKgM2)
    this.viscousNmSPerRad = scaled('viscousScale', (i) => motors[i]!.viscousNmSPerRad)
    this.coulombNm = scaled('coulombScale', (i) => motors[i]!.coulombNm)
    const listed = (
      key: 'currentLimitA' | 'stribeckShare' | 'stribeckSpeedRadPerS' | 'loadFriction',
    ) => Float64Array.from(joints, (_, i) => jointEntry(servos[key], i, key))
    this.#currentLimit = listed('currentLimitA')
    this.#stribeckNm = listed('stribeckShare').map((share, i) => share * this.coulombNm[i]!)
    this.#stribeckSpeed = listed('stribeckSpeedRadPerS')
    this.#loadFriction = listed('loadFriction')
    const nominalV = joints.map((joint) => nominalSupply(arm, joint))
    this.#openV = Float64Array.from(nominalV, (volts) => volts * supply.voltageScale)
    this.#supplies = [...new Set(nominalV)].map((volts) =>
      nominalV.flatMap((other, servo) => (other === volts ? [servo] : [])),
    )
    this.supplyV = this.#openV.slice()
    this.currentA = new Float64Array(joints.length)
    this.torqueNm = new Float64Array(joints.length)
    this.temperatureC = new Float64Array(joints.length).fill(supply.ambientC)
  }

  /** No current; windings as warm as the room. */
  reset(): void {
    this.currentA.fill(0)
    this.torqueNm.fill(0)
    this.temperatureC.fill(this.#reality.supply.ambientC)
    this.supplyV.set(this.#openV)
  }

  /**
   * Currents and torques for the coming step.
   *
   * @param duty - -1..1, NaN where torque is off: no current flows then [numServos]
   * @param rotorSpeed - at the output side of the gear's ratio [numServos], [rad/s]
   */
  drive(duty: Float64Array, rotorSpeed: Float64Array, stepS: number): void {
    for (const servos of this.#supplies) this.#solveSupply(servos, duty, rotorSpeed)
    const { thermalResistanceKPerW, thermalTimeConstantS } = this.#reality.servos
    const { ambientC } = this.#reality.supply
    for (let i = 0; i < duty.length; i++) {
      const winding = this.#warmResistance(i)
      const resistance = this.#pathResistance(i, duty[i]!)
      const constant = this.#warmConstant(i)
      const limit = this.#currentLimit[i]!
      const free = (duty[i]! * this.supplyV[i]! - constant * rotorSpeed[i]!) / resistance
      const current = Number.isNaN(duty[i]!) ? 0 : Math.max(-limit, Math.min(limit, free))
      this.currentA[i] = current
      this.torqueNm[i] = constant * current
      const rise = winding * current * current * thermalResistanceKPerW
      const lag = ambientC + rise - this.temperatureC[i]!
      this.temperatureC[i] = this.temperatureC[i]! + (lag * stepS) / thermalTimeConstantS
    }
  }

  /** Bound of dry friction at a rotor [Nm]: Coulomb, Stribeck, and a share of the gear's load. */
  frictionNm(index: number, rotorSpeed: number, gearTorqueNm: number): number {
    const ratio = rotorSpeed / this.#stribeckSpeed[index]!
    const stribeck = this.#stribeckNm[index]! * Math.exp(-ratio * ratio)
    return this.coulombNm[index]! + stribeck + this.#loadFriction[index]! * Math.abs(gearTorqueNm)
  }

  /**
   * A bridge at duty d takes d·i from the supply, i = (d V - k ω)/R (with the line's part in R), so the supply's voltage solves
   * V = V₀ - Rₛ (Σ d (d V - k ω)/R + idle). Braking may lift it above V₀.
   */
  #solveSupply(servos: readonly number[], duty: Float64Array, rotorSpeed: Float64Array): void {
    const { resistanceOhm, idleCurrentA } = this.#reality.supply
    let conductance = 0
    let backCurrent = idleCurrentA * servos.length
    for (const i of servos) {
      const d = duty[i]!
      if (Number.isNaN(d)) continue
      const resistance = this.#pathResistance(i, d)
      conductance += (d * d) / resistance
      backCurrent -= (d * this.#warmConstant(i) * rotorSpeed[i]!) / resistance
    }
    const openV = this.#openV[servos[0]!]!
    const volts = (openV - resistanceOhm * backCurrent) / (1 + resistanceOhm * conductance)
    for (const i of servos) this.supplyV[i] = volts
  }

  /** Of winding and line at a duty [Ω]. */
  #pathResistance(index: number, duty: number): number {
    return this.#warmResistance(index) + Math.abs(duty) * this.#line[index]!
  }

  #warmResistance(index: number): number {
    return this.#resistance[index]! * (1 + COPPER_PER_K * (this.temperatureC[index]! - REFERENCE_C))
  }

  #warmConstant(index: number): number {
    return (
      this.#torqueConstant[index]! * (1 + FERRITE_PER_K * (this.temperatureC[index]! - REFERENCE_C))
    )
  }
}
