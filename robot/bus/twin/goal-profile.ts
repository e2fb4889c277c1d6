export interface GoalProfileInput {
  /** [step] */
  goal: number
  /** [step/s] */
  maxSpeed: number
  /** [step/s²]; may be infinite. */
  acceleration: number
  stepS: number
}

/** The goal as a position loop follows it: slewed with limited speed and acceleration. */
export class GoalProfile {
  /** [step] */
  position = 0
  /** [step/s] */
  speed = 0

  /** Begins at rest at `position` [step]. */
  restart(position: number): void {
    this.position = position
    this.speed = 0
  }

  /** The slewed goal `stepS` later [step]. */
  advance({ goal, maxSpeed, acceleration, stepS }: GoalProfileInput): number {
    const distance = goal - this.position
    if (distance === 0 && this.speed === 0) return this.position
    const brakingSpeed = Math.sqrt(2 * acceleration * Math.abs(distance))
    const wanted = Math.sign(distance) * Math.min(maxSpeed, brakingSpeed)
    const change = acceleration * stepS
    this.speed += Math.max(-change, Math.min(change, wanted - this.speed))
    const step = this.speed * stepS
    if (Math.sign(step) === Math.sign(distance) && Math.abs(step) >= Math.abs(distance)) {
      this.restart(goal)
    } else {
      this.position += step
    }
    return this.position
  }
}
