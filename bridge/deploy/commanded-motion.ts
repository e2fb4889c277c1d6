/** Slower than this a command is at rest [rad/s]. */
const REST_RAD_PER_S = 1e-3

/** How an arm was last told to move, in the driver's order [numJoints]. */
export class CommandedMotion {
  /** [rad] */
  readonly command: Float64Array
  /** [rad/s] */
  readonly velocity: Float64Array
  /** [rad/s²] */
  readonly acceleration: Float64Array

  constructor(numJoints: number) {
    this.command = new Float64Array(numJoints)
    this.velocity = new Float64Array(numJoints)
    this.acceleration = new Float64Array(numJoints)
  }

  get isMoving(): boolean {
    return this.velocity.some((speed) => Math.abs(speed) > REST_RAD_PER_S)
  }

  /** A command went out, `dtS` after the one before. */
  goOn(command: Float64Array, dtS: number): void {
    for (let i = 0; i < command.length; i++) {
      const velocity = (command[i]! - this.command[i]!) / dtS
      this.acceleration[i] = (velocity - this.velocity[i]!) / dtS
      this.velocity[i] = velocity
    }
    this.command.set(command)
  }

  /** The next command begins from rest. */
  rest(): void {
    this.velocity.fill(0)
    this.acceleration.fill(0)
  }
}
