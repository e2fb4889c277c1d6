import { RAD_PER_STEP } from '../../protocols/encoder.ts'
import type { ShaftState } from '../emulated-servo.ts'
import { GoalProfile, type GoalProfileInput } from '../goal-profile.ts'
import type { RegisterMemory } from '../register-memory.ts'
import type { FeetechServo } from './feetech-servo.ts'
import { presentTicks, speedUnit, turnedTicks } from './present-values.ts'
import { REG } from './registers.ts'

/**
 * Duty per radian of error and unit of the P register: Rhoban/bam, commit 1b5a1ce, fitted to real STS3215
 * logs; the same number explains the droop of a real one (goal 2047 rests at 2042 with load 32). The fit
 * needs neither the D nor the I register: both are held, and without effect.
 */
export const DUTY_PER_RAD_AND_P = 0.166
const MODE_POSITION = 0
const MODE_SPEED = 1
const MODE_PWM = 2
/** Duty per [step/s] of speed error in speed mode, and the time in which the integral adds as much [s]; assumed. */
const SPEED_MODE_GAIN = 1 / 1500
const SPEED_INTEGRAL_S = 0.1
/** What STS3215 servos reach, whatever register 84 says [step/s] (Rhoban/bam). */
const MAX_SPEED = 3400
/** Acceleration registers count 100 step/s². */
const ACCELERATION_UNIT = 100

/** The control loop of an STS servo, before any limit. */
export class PositionLoop {
  readonly #profile = new GoalProfile()
  readonly #input: GoalProfileInput = { goal: 0, maxSpeed: 0, acceleration: 0, stepS: 0 }
  /** Of speed mode: the speed followed [step/s], and the duty that its errors so far add up to. */
  #speed = 0
  #integral = 0

  /** Torque comes on at `position` [step]. */
  restart(position: number): void {
    this.#profile.restart(position)
    this.#speed = 0
    this.#integral = 0
  }

  /** Whether the goal has not come to where it is written to be. */
  isUnderWay(registers: RegisterMemory): boolean {
    const mode = registers.get(REG.MODE)
    const hasGoal = mode !== MODE_PWM && mode !== MODE_SPEED
    return hasGoal && goalOf(registers) !== this.#profile.position
  }

  /** Duty asked for, positive = more ticks. */
  duty(servo: FeetechServo, shaft: ShaftState, stepS: number): number {
    const { registers } = servo
    const mode = registers.get(REG.MODE)
    if (mode === MODE_PWM) return registers.get(REG.GOAL_PWM) / 1000
    const speedGoal = registers.get(REG.GOAL_VELOCITY) * speedUnit(registers.get(REG.PHASE))
    if (mode === MODE_SPEED) {
      const speed = (servo.sign * shaft.velocityRadPerS) / RAD_PER_STEP
      return this.#speedDuty(speedGoal, accelerationOf(registers), speed, stepS)
    }
    const input = this.#input
    input.goal = goalOf(registers)
    input.maxSpeed = speedGoal !== 0 ? Math.min(Math.abs(speedGoal), MAX_SPEED) : MAX_SPEED
    input.acceleration = accelerationOf(registers)
    input.stepS = stepS
    const goal = this.#profile.advance(input)
    return positionDuty(registers, goal - controlledTicks(servo, shaft.positionRad))
  }

  /** Follows a speed that changes no faster than `acceleration` [step/s²]; speeds in [step/s]. */
  #speedDuty(goal: number, acceleration: number, present: number, stepS: number): number {
    const wanted = Math.max(-MAX_SPEED, Math.min(MAX_SPEED, goal))
    const change = stepS === 0 ? 0 : acceleration * stepS
    this.#speed += Math.max(-change, Math.min(change, wanted - this.#speed))
    const proportional = (this.#speed - present) * SPEED_MODE_GAIN
    const integral = this.#integral + (proportional * stepS) / SPEED_INTEGRAL_S
    this.#integral = Math.max(-1, Math.min(1, integral))
    return proportional + this.#integral
  }
}

/** [step] */
function goalOf(registers: RegisterMemory): number {
  const mode = registers.get(REG.MODE)
  return mode === MODE_POSITION ? limitedGoal(registers) : registers.get(REG.GOAL_POSITION)
}

/** The position loop proper: proportional beyond the dead zone; `error` in steps. */
function positionDuty(registers: RegisterMemory, error: number): number {
  const deadZone = registers.get(error > 0 ? REG.CW_DEAD_ZONE : REG.CCW_DEAD_ZONE)
  const beyondRad = Math.max(Math.abs(error) - deadZone, 0) * RAD_PER_STEP
  return Math.sign(error) * beyondRad * registers.get(REG.P) * DUTY_PER_RAD_AND_P
}

/** The goal inside the position limits. */
function limitedGoal(registers: RegisterMemory): number {
  const goal = registers.get(REG.GOAL_POSITION)
  if (!hasLimits(registers)) return goal
  const high = registers.get(REG.MAX_POSITION)
  return Math.max(registers.get(REG.MIN_POSITION), Math.min(high, goal))
}

/** Both limits 0: absolute control over several turns. */
const hasLimits = (registers: RegisterMemory): boolean =>
  registers.get(REG.MIN_POSITION) !== 0 || registers.get(REG.MAX_POSITION) !== 0

/** The position that is held to the goal [step]. */
export function controlledTicks(servo: FeetechServo, positionRad: number): number {
  return hasLimits(servo.registers)
    ? presentTicks(servo, positionRad)
    : turnedTicks(servo, positionRad)
}

/** Register 41, 0 for the limit in register 85; 0 there means none [step/s²]. */
function accelerationOf(registers: RegisterMemory): number {
  const asked = registers.get(REG.ACCELERATION)
  const limit = registers.get(REG.MAX_ACCELERATION)
  const wanted = asked > 0 ? asked : limit
  const bound = limit > 0 ? Math.min(wanted, limit) : wanted
  return bound > 0 ? bound * ACCELERATION_UNIT : Number.POSITIVE_INFINITY
}
