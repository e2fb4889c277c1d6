import type { ArmModel } from '../../robot/model/arm.ts'
import { clamp } from '../../robot/model/scalar.ts'

/**
 * The goals of position servos as their firmware follows them: a set-point is approached with limited speed
 * and acceleration, braking in time.
 */
export class GoalRamp {
  /** [numJoints], [rad] */
  readonly goal: Float64Array
  private readonly speed: Float64Array
  private readonly maxSpeed: Float64Array
  private readonly maxAcceleration: Float64Array

  constructor(model: ArmModel) {
    this.goal = new Float64Array(model.numJoints)
    this.speed = new Float64Array(model.numJoints)
    this.maxSpeed = model.maxSpeedRadPerS
    this.maxAcceleration = model.maxAccelerationRadPerS2
  }

  /** Begins at rest at `setpoint` [numJoints], [rad]. */
  reset(setpoint: Float64Array): void {
    this.goal.set(setpoint)
    this.speed.fill(0)
  }

  save() {
    const { goal, speed } = this
    return structuredClone({ goal, speed })
  }

  restore({ goal, speed }: ReturnType<GoalRamp['save']>): void {
    this.goal.set(goal)
    this.speed.set(speed)
  }

  /** Moves `goal` for `timestepS` towards `setpoint` [numJoints], [rad]. */
  advance(setpoint: Float64Array, timestepS: number): void {
    if (timestepS === 0) return
    for (let i = 0; i < this.goal.length; i++) {
      const distance = setpoint[i]! - this.goal[i]!
      const most = this.maxSpeed[i]!
      const acceleration = this.maxAcceleration[i]!
      const isInstant = acceleration === Number.POSITIVE_INFINITY
      const braking = isInstant ? most : Math.sqrt(2 * acceleration * Math.abs(distance))
      const change = acceleration * timestepS
      const wanted = Math.sign(distance) * Math.min(most, braking)
      const speed = this.speed[i]! + clamp(wanted - this.speed[i]!, -change, change)
      const step = speed * timestepS
      const arrives = step * distance >= 0 && Math.abs(step) >= Math.abs(distance)
      this.speed[i] = arrives ? 0 : speed
      this.goal[i] = arrives ? setpoint[i]! : this.goal[i]! + step
    }
  }
}
