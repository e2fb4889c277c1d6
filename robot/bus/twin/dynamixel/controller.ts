import {
  ACCELERATION_UNIT_RPM2,
  DRIVE_MODE,
  FULL_PWM,
  OPERATING_MODE,
  VELOCITY_UNIT_RPM,
} from '../../protocols/dynamixel/control-table.ts'
import type { RegisterMemory } from '../register-memory.ts'
import { GoalSlew, STEPS_PER_S_PER_VELOCITY_UNIT } from './goal-slew.ts'
import { CURRENT_REG, REG } from './registers.ts'

/**
 * Duty per step of error and unit of the P gain: Rhoban/bam, commit 1b5a1ce, fitted to logs of a real
 * XL330-M288. The manual's P / 128 in PWM counts would be twice that. The fit needs neither D nor I gain
 * of the position loop, nor feed-forward: they are held, and without effect.
 */
export const DUTY_PER_STEP_AND_P = 1 / (256 * FULL_PWM)
/** Velocity loop, in PWM counts per velocity unit, as the manual says; the time base [s] is assumed. */
const VELOCITY_P_UNIT = 1 / 128
const VELOCITY_I_UNIT = 1 / 65_536
const VELOCITY_I_PERIOD_S = 0.001
/** How fast the current loop changes its duty [1/(A s)]; assumed. */
const CURRENT_GAIN = 60

/** What the controller sees; positions, speed, current and duty in the servo's own direction. */
export interface ControllerInput {
  readonly registers: RegisterMemory
  /** [A] per count of current registers; undefined without them. */
  readonly currentUnitA: number | undefined
  /** [step] */
  present: number
  /** In units of the velocity registers. */
  velocity: number
  currentA: number
  stepS: number
}

/** The control loops of an X servo in all its operating modes. */
export class Controller {
  readonly slew = new GoalSlew()
  #velocityIntegral = 0
  /** That velocity mode follows now; NaN: as the shaft turns. */
  #velocity = Number.NaN
  #currentDuty = 0
  #currentCeiling = 1

  /** What the loops follow now, in units of the velocity registers. */
  trajectoryVelocity(registers: RegisterMemory): number {
    const isVelocity = registers.get(REG.MODE) === OPERATING_MODE.VELOCITY
    if (!isVelocity) return this.slew.speed / STEPS_PER_S_PER_VELOCITY_UNIT
    return Number.isNaN(this.#velocity) ? 0 : this.#velocity
  }

  /** Torque comes on at `position` [step]. */
  restart(position: number): void {
    this.slew.restart(position)
    this.#velocityIntegral = 0
    this.#velocity = Number.NaN
    this.#currentDuty = 0
    this.#currentCeiling = 1
  }

  /** Duty asked for, before the PWM limit. */
  duty(input: ControllerInput): number {
    const { registers, stepS } = input
    switch (registers.get(REG.MODE)) {
      case OPERATING_MODE.PWM:
        return registers.get(REG.GOAL_PWM) / FULL_PWM
      case OPERATING_MODE.VELOCITY:
        return this.#velocityDuty(input)
      case OPERATING_MODE.CURRENT: {
        const goalA = registers.get(CURRENT_REG.GOAL) * (input.currentUnitA ?? 0)
        const change = CURRENT_GAIN * (goalA - input.currentA) * stepS
        this.#currentDuty = Math.max(-1, Math.min(1, this.#currentDuty + change))
        return this.#currentDuty
      }
      case OPERATING_MODE.CURRENT_BASED_POSITION:
        return this.#limitCurrent(this.#positionDuty(input), input)
      default:
        return this.#positionDuty(input)
    }
  }

  #positionDuty({ registers, present, stepS }: ControllerInput): number {
    const error = this.slew.advance(registers, stepS) - present
    return error * registers.get(REG.POSITION_P) * DUTY_PER_STEP_AND_P
  }

  #velocityDuty({ registers, velocity, stepS }: ControllerInput): number {
    const goal = registers.get(REG.GOAL_VELOCITY)
    const change = velocityPerS(registers) * stepS
    const before = Number.isNaN(this.#velocity) ? velocity : this.#velocity
    this.#velocity = Math.max(before - change, Math.min(before + change, goal))
    const error = this.#velocity - velocity
    const gain = registers.get(REG.VELOCITY_I) * VELOCITY_I_UNIT
    const integral = this.#velocityIntegral + (gain * error * stepS) / VELOCITY_I_PERIOD_S
    this.#velocityIntegral = Math.max(-FULL_PWM, Math.min(FULL_PWM, integral))
    const proportional = registers.get(REG.VELOCITY_P) * VELOCITY_P_UNIT * error
    return (proportional + this.#velocityIntegral) / FULL_PWM
  }

  /** Lowers the duty until the current is within the goal current. */
  #limitCurrent(
    duty: number,
    { registers, currentA, currentUnitA, stepS }: ControllerInput,
  ): number {
    const limitA = Math.abs(registers.get(CURRENT_REG.GOAL)) * (currentUnitA ?? 0)
    const change = CURRENT_GAIN * (limitA - Math.abs(currentA)) * stepS
    this.#currentCeiling = Math.max(0, Math.min(1, this.#currentCeiling + change))
    return Math.max(-this.#currentCeiling, Math.min(this.#currentCeiling, duty))
  }
}

/** How fast velocity mode may change its velocity, in units of the velocity registers [1/s]; 0 in the register: at once. */
function velocityPerS(registers: RegisterMemory): number {
  const acceleration = registers.get(REG.PROFILE_ACCELERATION)
  const isTimed = (registers.get(REG.DRIVE_MODE) & DRIVE_MODE.TIME_PROFILE) !== 0
  if (acceleration === 0 || isTimed) return Number.MAX_VALUE
  return (acceleration * ACCELERATION_UNIT_RPM2) / 60 / VELOCITY_UNIT_RPM
}
