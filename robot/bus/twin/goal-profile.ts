/** What STS3215 servos reach, whatever register 84 says [step/s] (Rhoban/bam). */
const MAX_SPEED = 3400
/** Acceleration registers count 100 step/s². */
const ACCELERATION_UNIT = 100

export interface GoalProfileInput {
  /** [step] */
  goal: number
  /** [step/s]; 0 means the fastest. */
  speedLimit: number
  /** Register 41; 0 means register 85. */
  acceleration: number
  /** Register 85; 0 means none. */
  accelerationLimit: number
  stepS: number
}

/** The goal as the position loop follows it: slewed with limited speed and acceleration. */
export class GoalProfile {
  #position = 0
  #speed = 0

  /** Begins at rest at `position` [step]. */
  restart(position: number): void {
    this.#position = position
    this.#speed = 0
  }

  /** The slewed goal `stepS` later [step]. */
  advance(input: GoalProfileInput): number {
    const { goal, stepS } = input
    const distance = goal - this.#position
    if (distance === 0 && this.#speed === 0) return this.#position
    const maxSpeed = input.speedLimit > 0 ? Math.min(input.speedLimit, MAX_SPEED) : MAX_SPEED
    const acceleration = accelerationOf(input)
    const brakingSpeed = Math.sqrt(2 * acceleration * Math.abs(distance))
    const wanted = Math.sign(distance) * Math.min(maxSpeed, brakingSpeed)
    const change = acceleration * stepS
    this.#speed += Math.max(-change, Math.min(change, wanted - this.#speed))
    const step = this.#speed * stepS
    if (Math.sign(step) === Math.sign(distance) && Math.abs(step) >= Math.abs(distance)) {
      this.restart(goal)
    } else {
      this.#position += step
    }
    return this.#position
  }
}

function accelerationOf(input: GoalProfileInput): number {
  const { acceleration, accelerationLimit } = input
  const asked = acceleration > 0 ? acceleration : accelerationLimit
  const bound = accelerationLimit > 0 ? Math.min(asked, accelerationLimit) : asked
  return bound > 0 ? bound * ACCELERATION_UNIT : Number.POSITIVE_INFINITY
}
