import { type JointRig, moveTo, PERIOD_S, withJoint } from './joint-rig.ts'

/** Speed at which the command creeps; what the joint lags by at it, 0.05°, stays in the figure [rad/s]. */
const CREEP_RAD_PER_S = (0.6 * Math.PI) / 180
/** The joint follows when it has moved this far [rad]. */
const FOLLOWED_RAD = (0.6 * Math.PI) / 180
const LONGEST_RAD = (5 * Math.PI) / 180
const APPROACH_RAD = (4 * Math.PI) / 180
const MOVE_S = 0.4
const SETTLE_S = 0.5

/**
 * The smallest change of command that a resting joint answers, in the worst case: what is lost when the
 * command turns back. Friction, play and the firmware's dead zone together; mean of both directions [rad].
 */
export async function measureDeadBand(
  rig: JointRig,
  pose: Float64Array,
  joint: number,
): Promise<number> {
  const up = await lostAtReversal(rig, pose, joint, 1)
  const down = await lostAtReversal(rig, pose, joint, -1)
  return (up + down) / 2
}

async function lostAtReversal(
  rig: JointRig,
  pose: Float64Array,
  joint: number,
  cameFrom: 1 | -1,
): Promise<number> {
  const start = withJoint(pose, joint, pose[joint]! - cameFrom * APPROACH_RAD)
  await moveTo(rig, pose, start, MOVE_S, SETTLE_S)
  await moveTo(rig, start, pose, MOVE_S, SETTLE_S)
  const rest = rig.position[joint]!
  const target = Float64Array.from(pose)
  let changed = 0
  let moved = 0
  while (changed < LONGEST_RAD && moved < FOLLOWED_RAD) {
    changed += CREEP_RAD_PER_S * PERIOD_S
    target[joint] = pose[joint]! - cameFrom * changed
    await rig.step(target)
    moved = cameFrom * (rest - rig.position[joint]!)
  }
  await moveTo(rig, target, pose, MOVE_S, 0)
  return changed - moved
}
