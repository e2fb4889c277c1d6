import { RAD_PER_STEP } from '../protocols/feetech/control-table.ts'
import { GoalProfile, type GoalProfileInput } from './goal-profile.ts'
import type { Plant, ServoControl } from './plant.ts'
import { presentTicks, speedUnit } from './present-values.ts'
import { type ProtectionInput, ServoProtection } from './servo-protection.ts'
import { REG, type ServoRegisters } from './servo-registers.ts'
import type { TwinServo } from './twin-servo.ts'

/**
 * Duty per radian of error and unit of the P register: Rhoban/bam, commit 1b5a1ce, fitted to real STS3215
 * logs; the same number explains the droop of a real one (goal 2047 rests at 2042 with load 32). The fit
 * needs neither the D nor the I register: both are held, and without effect.
 */
export const DUTY_PER_RAD_AND_P = 0.166
const MODE_POSITION = 0
const MODE_SPEED = 1
const MODE_PWM = 2
/** Duty per [step/s] of speed error in speed mode. */
const SPEED_MODE_GAIN = 1 / 1500

/** The firmware in every servo of a bus: its position loop, run by the plant at the plant's time steps. */
export class ServoFirmware implements ServoControl {
  readonly #servos: readonly TwinServo[]
  readonly #profiles: readonly GoalProfile[]
  readonly #protections: readonly ServoProtection[]
  readonly #wasPowered: Uint8Array
  readonly #goalInput: GoalProfileInput
  readonly #protectionInput: ProtectionInput
  /** As last given to the plant, -1..1 with positive = more ticks; 0 while torque is off [numServos]. */
  readonly dutyTicks: Float64Array
  #timeS = Number.NaN

  constructor(servos: readonly TwinServo[]) {
    this.#servos = servos
    this.#profiles = servos.map(() => new GoalProfile())
    this.#protections = servos.map(() => new ServoProtection())
    this.#wasPowered = new Uint8Array(servos.length)
    this.dutyTicks = new Float64Array(servos.length)
    this.#goalInput = { goal: 0, speedLimit: 0, acceleration: 0, accelerationLimit: 0, stepS: 0 }
    const registers = servos[0]!.registers
    this.#protectionInput = {
      registers,
      wantedDuty: 0,
      currentA: 0,
      supplyV: 0,
      temperatureC: 0,
      stepS: 0,
    }
  }

  dutyAt(timeS: number, plant: Plant, duty: Float64Array): void {
    const stepS = Number.isNaN(this.#timeS) ? 0 : Math.max(0, timeS - this.#timeS)
    this.#timeS = timeS
    for (let index = 0; index < this.#servos.length; index++) {
      const inTicks = this.#dutyOf(index, plant, stepS)
      this.dutyTicks[index] = Number.isNaN(inTicks) ? 0 : inTicks
      duty[index] = inTicks * this.#servos[index]!.sign
    }
  }

  /** Duty with positive = more ticks; NaN with torque off. */
  #dutyOf(index: number, plant: Plant, stepS: number): number {
    const servo = this.#servos[index]!
    const { registers } = servo
    const protection = this.#protections[index]!
    const isOn = registers.get(REG.TORQUE) === 1
    if (isOn && this.#wasPowered[index] === 0) {
      this.#profiles[index]!.restart(presentTicks(servo, plant.positionRad[index]!))
    }
    if (!isOn) protection.clear()
    this.#wasPowered[index] = isOn ? 1 : 0
    const wanted = isOn ? this.#wantedDuty(index, plant, stepS) : 0
    const input = this.#protectionInput
    input.registers = registers
    input.wantedDuty = wanted
    input.currentA = plant.currentA[index]!
    input.supplyV = plant.supplyV[index]!
    input.temperatureC = plant.temperatureC[index]!
    input.stepS = stepS
    const limit = protection.limit(input)
    registers.set(REG.STATUS, protection.status)
    if (!isOn || limit === 0) return Number.NaN
    return Math.max(-limit, Math.min(limit, wanted))
  }

  #wantedDuty(index: number, plant: Plant, stepS: number): number {
    const servo = this.#servos[index]!
    const { registers } = servo
    const mode = registers.get(REG.MODE)
    if (mode === MODE_PWM) return registers.get(REG.GOAL_PWM) / 1000
    const speedGoal = registers.get(REG.GOAL_VELOCITY) * speedUnit(registers.get(REG.PHASE))
    if (mode === MODE_SPEED) {
      const speed = (servo.sign * plant.velocityRadPerS[index]!) / RAD_PER_STEP
      return (speedGoal - speed) * SPEED_MODE_GAIN
    }
    const input = this.#goalInput
    input.goal = mode === MODE_POSITION ? limitedGoal(registers) : registers.get(REG.GOAL_POSITION)
    input.speedLimit = Math.abs(speedGoal)
    input.acceleration = registers.get(REG.ACCELERATION)
    input.accelerationLimit = registers.get(REG.MAX_ACCELERATION)
    input.stepS = stepS
    const goal = this.#profiles[index]!.advance(input)
    return positionDuty(registers, goal - presentTicks(servo, plant.positionRad[index]!))
  }
}

/** The position loop proper: proportional beyond the dead zone; `error` in steps. */
function positionDuty(registers: ServoRegisters, error: number): number {
  const deadZone = registers.get(error > 0 ? REG.CW_DEAD_ZONE : REG.CCW_DEAD_ZONE)
  const beyondRad = Math.max(Math.abs(error) - deadZone, 0) * RAD_PER_STEP
  return Math.sign(error) * beyondRad * registers.get(REG.P) * DUTY_PER_RAD_AND_P
}

/** The goal inside the position limits; both 0 means none. */
function limitedGoal(registers: ServoRegisters): number {
  const low = registers.get(REG.MIN_POSITION)
  const high = registers.get(REG.MAX_POSITION)
  const goal = registers.get(REG.GOAL_POSITION)
  return low === 0 && high === 0 ? goal : Math.max(low, Math.min(high, goal))
}
