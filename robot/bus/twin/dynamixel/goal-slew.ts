import {
  ACCELERATION_UNIT_RPM2,
  DRIVE_MODE,
  VELOCITY_UNIT_RPM,
} from '../../protocols/dynamixel/control-table.ts'
import { STEPS_PER_TURN } from '../../protocols/encoder.ts'
import { GoalProfile, type GoalProfileInput } from '../goal-profile.ts'
import type { RegisterMemory } from '../register-memory.ts'
import { REG } from './registers.ts'

export const STEPS_PER_S_PER_VELOCITY_UNIT = (VELOCITY_UNIT_RPM / 60) * STEPS_PER_TURN
const STEPS_PER_S2_PER_ACCELERATION_UNIT = (ACCELERATION_UNIT_RPM2 / 3600) * STEPS_PER_TURN

/** As bits 4 and 5 of `Moving_Status` say it. */
const PROFILE_SHAPE = { NONE: 0x00, RECTANGLE: 0x10, TRIANGLE: 0x20, TRAPEZOID: 0x30 } as const

/** The profile between a new goal and what the position loop follows: step, rectangle or trapezoid. */
export class GoalSlew {
  readonly #profile = new GoalProfile()
  readonly #input: GoalProfileInput = { goal: 0, maxSpeed: 0, acceleration: 0, stepS: 0 }

  /** Of the last goal. */
  shape: number = PROFILE_SHAPE.NONE

  restart(position: number): void {
    this.shape = PROFILE_SHAPE.NONE
    this.#profile.restart(position)
    this.#input.goal = position
  }

  /** [step] */
  get position(): number {
    return this.#profile.position
  }

  /** [step/s] */
  get speed(): number {
    return this.#profile.speed
  }

  get hasArrived(): boolean {
    return this.position === this.#input.goal
  }

  /** What the position loop follows now [step]. */
  advance(registers: RegisterMemory, stepS: number): number {
    const goal = registers.get(REG.GOAL_POSITION)
    const isNew = goal !== this.#input.goal
    this.#input.goal = goal
    const velocity = registers.get(REG.PROFILE_VELOCITY)
    if (velocity === 0) {
      this.shape = PROFILE_SHAPE.NONE
      this.#profile.restart(goal)
      return goal
    }
    const isTimed = (registers.get(REG.DRIVE_MODE) & DRIVE_MODE.TIME_PROFILE) !== 0
    if (!isTimed) this.#bySpeed(registers, velocity)
    else if (isNew) this.#byTime(registers, velocity / 1000)
    if (isNew) this.shape = this.#shapeOf()
    if (stepS === 0) return this.#profile.position
    this.#input.stepS = stepS
    return this.#profile.advance(this.#input)
  }

  #shapeOf(): number {
    const { acceleration, goal, maxSpeed } = this.#input
    if (acceleration === Number.POSITIVE_INFINITY) return PROFILE_SHAPE.RECTANGLE
    const rampsSteps = maxSpeed ** 2 / acceleration
    const isFull = Math.abs(goal - this.#profile.position) > rampsSteps
    return isFull ? PROFILE_SHAPE.TRAPEZOID : PROFILE_SHAPE.TRIANGLE
  }

  #bySpeed(registers: RegisterMemory, velocity: number): void {
    const acceleration = registers.get(REG.PROFILE_ACCELERATION)
    this.#input.maxSpeed = velocity * STEPS_PER_S_PER_VELOCITY_UNIT
    this.#input.acceleration =
      acceleration === 0
        ? Number.POSITIVE_INFINITY
        : acceleration * STEPS_PER_S2_PER_ACCELERATION_UNIT
  }

  /** Arrives `durationS` after the goal came, with the acceleration's register as time to speed up [ms]. */
  #byTime(registers: RegisterMemory, durationS: number): void {
    const distance = Math.abs(this.#input.goal - this.#profile.position)
    const rampS = Math.min(registers.get(REG.PROFILE_ACCELERATION) / 1000, durationS / 2)
    this.#input.maxSpeed = distance / (durationS - rampS)
    this.#input.acceleration = rampS === 0 ? Number.POSITIVE_INFINITY : this.#input.maxSpeed / rampS
  }
}
