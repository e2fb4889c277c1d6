import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { ArmPort } from './arm-port.ts'
import { moveJoints, moveTowards, type SlowMoveOptions } from './soft-start.ts'

const DEG = Math.PI / 180
/** How far a joint is sent; the next where nothing moved, as with much play or friction [rad]. */
const SENT_RAD = [3 * DEG, 6 * DEG, 10 * DEG]
/** A joint that went less far has not moved [rad]. */
const MOVED_RAD = DEG
/** Until a joint has followed, and the arm has settled into its torque [s]. */
const SETTLE_S = 0.2
const PERIOD_S = 0.01

/** Which way a joint went when it was sent one way. */
export interface JointDirection {
  readonly joint: string
  readonly sentRad: number
  readonly movedRad: number
}

/**
 * Sends one joint after the other a little towards the middle of its range and back, and makes sure that each went
 * the way it was sent: a servo that turns against its own encoder, one whose horn slips, or a jammed joint is found
 * before anything moves far. The arm has torque and stands still. Ends early, with what it has, on an emergency stop;
 * rejects with the signal's reason when it aborts.
 *
 * @param joints - that are to be tried; left out: all that the model has, less those that something is in the way of,
 * as when the arm lies on the table: they are to be tried from a better pose
 * @throws ROBOT_JOINT_REVERSED, ROBOT_JOINT_STUCK; ROBOT_SAFETY_STOP as a slow move does
 */
export async function checkDirections(
  port: ArmPort,
  model: ArmModel,
  options: SlowMoveOptions,
  joints?: readonly string[],
): Promise<JointDirection[]> {
  const found: JointDirection[] = []
  await settle(port, port.commandedQ(), options)
  for (const [index, joint] of model.jointNames.entries()) {
    if (joints?.includes(joint) === false) continue
    const checked = { index, joint, home: port.commandedQ(), model }
    const direction = freeDirection(port, checked)
    if (direction === undefined) continue
    const went = await checkJoint(port, checked, direction, options)
    if (went === undefined) return found
    const hasMoved = direction * went.movedRad > MOVED_RAD
    if (hasMoved) found.push(went)
    else if (joints !== undefined) throw stuck(went)
  }
  return found
}

interface CheckedJoint {
  readonly index: number
  readonly joint: string
  /** Where all joints are commanded before, and after unless a rule keeps them from it [numJoints], [rad]. */
  readonly home: Float64Array
  readonly model: ArmModel
}

/** How a joint went; undefined when an emergency stop ended it. */
async function checkJoint(
  port: ArmPort,
  { index, joint, home }: CheckedJoint,
  direction: 1 | -1,
  options: SlowMoveOptions,
): Promise<JointDirection | undefined> {
  let went: JointDirection = { joint, sentRad: 0, movedRad: 0 }
  for (const farRad of SENT_RAD) {
    const sentRad = direction * farRad
    const fromRad = port.activeQ[index]!
    const aim = port.commandedQ()
    aim[index] = home[index]! + sentRad
    if (!(await moveJoints(port, aim, options))) return undefined
    await settle(port, aim, options)
    went = { joint, sentRad, movedRad: port.activeQ[index]! - fromRad }
    if (-direction * went.movedRad > MOVED_RAD) {
      await port.giveIn()
      throw reversed(went)
    }
    if (!(await moveTowards(port, home, options))) return undefined
    await settle(port, port.commandedQ(), options)
    if (direction * went.movedRad > MOVED_RAD) return went
  }
  return went
}

/** Towards the middle of the joint's range, unless only the other way is free; undefined when neither is. */
function freeDirection(port: ArmPort, { index, home, model }: CheckedJoint): 1 | -1 | undefined {
  const inward = home[index]! * 2 < model.lower[index]! + model.upper[index]! ? 1 : -1
  const isFree = (direction: number) => {
    const aim = home.slice()
    aim[index] = home[index]! + direction * SENT_RAD[0]!
    return port.findWay(aim)?.length === 1
  }
  const outward = inward === 1 ? -1 : 1
  if (isFree(inward)) return inward
  return isFree(outward) ? outward : undefined
}

/** Holds a pose until the arm has come to rest there, reading on. */
async function settle(
  port: ArmPort,
  pose: Float64Array,
  { clock, signal }: SlowMoveOptions,
): Promise<void> {
  const endS = clock.now() + SETTLE_S
  while (clock.now() < endS) {
    signal.throwIfAborted()
    await port.readArm()
    await port.sendSafely(pose, 0, PERIOD_S)
    await clock.sleepUntil(clock.now() + PERIOD_S, signal)
  }
  await port.readArm()
}

function degrees(angleRad: number): string {
  return `${(angleRad / DEG).toFixed(1)}°`
}

function reversed({ joint, movedRad, sentRad }: JointDirection): CodedError {
  return new CodedError(
    'ROBOT_JOINT_REVERSED',
    `${joint} was sent by ${degrees(sentRad)} and went by ${degrees(movedRad)}`,
    { hint: 'its motor turns against its encoder, or other joints move it: check ids and wiring' },
  )
}

function stuck({ joint, movedRad, sentRad }: JointDirection): CodedError {
  return new CodedError(
    'ROBOT_JOINT_STUCK',
    `${joint} was sent by ${degrees(sentRad)} and moved by ${degrees(movedRad)} only`,
    { hint: 'look for a jam, a slipped horn, or a weak supply' },
  )
}
