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

/** The profile between a new goal and what the position loop follows: step, rectangle or trapezoid. */
export class GoalSlew {
  readonly #profile = new GoalProfile()
  readonly #input: GoalProfileInput = { goal: 0, maxSpeed: 0, acceleration: 0, stepS: 0 }

  restart(position: number): void {
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
      this.#profile.restart(goal)
      return goal
    }
    const isTimed = (registers.get(REG.DRIVE_MODE) & DRIVE_MODE.TIME_PROFILE) !== 0
    if (!isTimed) this.#bySpeed(registers, velocity)
    else if (isNew) this.#byTime(registers, velocity / 1000)
    if (stepS === 0) return this.#profile.position
    this.#input.stepS = stepS
    return this.#profile.advance(this.#input)
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
