import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { ArmPort } from './arm-port.ts'
import { moveJoints, moveTowards, poseFor, type SlowMoveOptions } from './soft-start.ts'

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
 * Tries every joint: where the arm lies those that can be, before anything moves far; the others, which press on the
 * table or are held by their neighbours, high up where nothing is in the way. Ends early, with what it has, on an
 * emergency stop; rejects with the signal's reason when it aborts.
 *
 * @throws ROBOT_JOINT_REVERSED, ROBOT_JOINT_STUCK; ROBOT_UNREACHABLE where a joint has no room even there;
 * ROBOT_SAFETY_STOP as a slow move does
 */
export async function tryJoints(
  port: ArmPort,
  model: ArmModel,
  options: SlowMoveOptions,
): Promise<JointDirection[]> {
  const { config, requests } = options
  const { moved, still } = await checkDirections(port, model, options, model.jointNames)
  const isLeft = (name: string) => !moved.some(({ joint }) => joint === name)
  const left = model.jointNames.filter(isLeft)
  if (left.length === 0 || requests.isStopped) return moved
  if (!(await moveUp(port, model, options, still))) return moved
  const high = await checkDirections(port, model, options, left)
  if (high.still[0] !== undefined) throw stuck(high.still[0])
  moved.push(...high.moved)
  const hemmedIn = left.find(isLeft)
  if (hemmedIn === undefined || requests.isStopped) return moved
  throw new CodedError(
    'ROBOT_UNREACHABLE',
    `${hemmedIn} has no room to be tried at excitation.tool of ${config.name}`,
    { hint: 'change it in the deploy config to a place where every joint is free' },
  )
}

/**
 * To where every joint is free; false when an emergency stop ended it.
 * @param still - joints that were sent and did not move: if the arm does not get there, they are why
 */
async function moveUp(
  port: ArmPort,
  model: ArmModel,
  options: SlowMoveOptions,
  still: readonly JointDirection[],
): Promise<boolean> {
  const { excitation, name } = options.config
  const pose = poseFor(model, excitation.tool, excitation.leanRad, `excitation.tool of ${name}`)
  try {
    return await moveJoints(port, pose, options)
  } catch (error) {
    const isStop = error instanceof CodedError && error.code === 'ROBOT_SAFETY_STOP'
    throw isStop && still[0] !== undefined ? stuck(still[0], error) : error
  }
}

/**
 * Sends one joint after the other a little towards the middle of its range and back, and makes sure that each went
 * the way it was sent: a servo that turns against its own encoder, one whose horn slips, or a jammed joint is found
 * before anything moves far. The arm has torque and stands still.
 *
 * @returns those that moved, and those that were sent and did not; one that something is in the way of, as when the arm
 * lies on the table, is neither
 */
async function checkDirections(
  port: ArmPort,
  model: ArmModel,
  options: SlowMoveOptions,
  joints: readonly string[],
): Promise<{ moved: JointDirection[]; still: JointDirection[] }> {
  const moved: JointDirection[] = []
  const still: JointDirection[] = []
  await settle(port, port.commandedQ(), options)
  for (const joint of joints) {
    const index = model.jointNames.indexOf(joint)
    const checked = { index, joint, home: port.commandedQ(), model }
    const tries: JointDirection[] = []
    for (const direction of freeDirections(port, checked)) {
      const went = await checkJoint(port, checked, direction, options)
      if (went === undefined) return { moved, still }
      tries.push(went)
      if (hasMoved(went)) break
    }
    const last = tries.at(-1)
    if (last !== undefined && hasMoved(last)) moved.push(last)
    else if (tries[0] !== undefined) still.push(tries[0])
  }
  return { moved, still }
}

/** The way it was sent. */
const hasMoved = ({ movedRad, sentRad }: JointDirection): boolean =>
  Math.sign(sentRad) * movedRad > MOVED_RAD

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
    // What is free for a little may not be for more: nothing is learnt here, and nothing is wrong.
    if (went.sentRad !== 0 && !isFree(port, aim)) return went
    if (!(await moveJoints(port, aim, options))) return undefined
    await settle(port, aim, options)
    went = { joint, sentRad, movedRad: port.activeQ[index]! - fromRad }
    if (-direction * went.movedRad > MOVED_RAD) {
      await port.giveIn()
      throw reversed(went)
    }
    if (!(await moveTowards(port, home, options))) return undefined
    await settle(port, port.commandedQ(), options)
    if (hasMoved(went)) return went
  }
  return went
}

/** Towards the middle of the joint's range, then the other way, where a weak joint may have its load to help it. */
function freeDirections(port: ArmPort, { index, home, model }: CheckedJoint): (1 | -1)[] {
  const inward = home[index]! * 2 < model.lower[index]! + model.upper[index]! ? 1 : -1
  const outward = inward === 1 ? -1 : 1
  return ([inward, outward] as const).filter((direction) => {
    const aim = home.slice()
    aim[index] = home[index]! + direction * SENT_RAD[0]!
    return isFree(port, aim)
  })
}

/** Whether nothing is in the straight way to a pose, as far as bounds let the joints go there. */
function isFree(port: ArmPort, pose: Float64Array): boolean {
  return port.findWay(port.intoBounds(pose))?.length === 1
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

function stuck({ joint, movedRad, sentRad }: JointDirection, cause?: unknown): CodedError {
  return new CodedError(
    'ROBOT_JOINT_STUCK',
    `${joint} was sent by ${degrees(sentRad)} and moved by ${degrees(movedRad)} only`,
    { hint: 'look for a jam, a slipped horn, or a weak supply', cause },
  )
}
