/** Time between two commands of the study, and the time step of training [s]. */
export const PERIOD_S = 0.008

/** An arm whose joints are commanded and watched, one model or another behind it. */
export interface JointRig {
  readonly name: string
  /** As the encoders say, the arm's active joints [numJoints], [rad] and [rad/s]; live. */
  readonly position: Float64Array
  readonly velocity: Float64Array
  /** Since the rig was made [s]. */
  readonly timeS: number
  /** Commands the joints [numJoints], [rad] and advances by `PERIOD_S`. */
  step(target: Float64Array): Promise<void>
  dispose(): void
}

/** Holds a command. */
export async function hold(rig: JointRig, target: Float64Array, seconds: number): Promise<void> {
  for (let t = 0; t < seconds; t += PERIOD_S) await rig.step(target)
}

/** Leads the command smoothly from one pose to another, then holds it. */
export async function moveTo(
  rig: JointRig,
  from: Float64Array,
  to: Float64Array,
  moveS: number,
  holdS: number,
): Promise<void> {
  const target = Float64Array.from(from)
  for (let t = 0; t < moveS; t += PERIOD_S) {
    const share = (1 - Math.cos((Math.PI * t) / moveS)) / 2
    for (let i = 0; i < to.length; i++) target[i] = from[i]! + share * (to[i]! - from[i]!)
    await rig.step(target)
  }
  await hold(rig, to, holdS)
}

/** A pose with one joint moved. */
export function withJoint(pose: Float64Array, joint: number, value: number): Float64Array {
  const moved = Float64Array.from(pose)
  moved[joint] = value
  return moved
}
