import type { ArmModel } from '../../../robot/model/arm.ts'
import type { PushOnArm } from '../../../sim/tasks/push.ts'
import { bestShift, FRAME_RATE_HZ, type ReplayResponse } from './best-shift.ts'
import { hold, type JointRig, moveTo, PERIOD_S, withJoint } from './joint-rig.ts'
import { poseAhead, poseWithLean } from './study-poses.ts'

/** How an arm is led through a pick and a place. */
export interface Leading {
  /** Of the tool from straight down, outward [rad]; left out: as the task leans it. */
  readonly leanRad?: number
  /** The same while it carries, and how high; left out: as it leans, at 6 cm [rad], [m]. */
  readonly carried?: { readonly leanRad: number; readonly heightM: number }
  /** The nearest place, as a share of the task's area from its near to its far edge. */
  readonly nearShare: number
  /** To either side of straight ahead, by the first joint [rad]. */
  readonly sideRad: number
  /** Of the last joint, between picking and placing [rad]. */
  readonly rollRad: number
}

/** As the task has the tool: it points down, so that nothing hangs on the wrist. */
export const LED_DOWN: Leading = { nearShare: 0, sideRad: 0.5, rollRad: 0.4 }
/** As people hold a leader that picks things up in front of them: leaning, with more of pan and roll. */
export const LED_LEANING: Leading = {
  ...{ leanRad: Math.PI / 4, nearShare: 0.5 },
  ...{ sideRad: 0.8, rollRad: 0.8 },
}

/** As wrists turn that take things up: leaning to pick and to place, nearly level between the two. */
export const LED_TIPPING: Leading = {
  ...LED_LEANING,
  carried: { leanRad: (4 * Math.PI) / 9, heightM: 0.12 },
}

/** Above the table where things are picked and placed, and where they are carried [m]. */
const LOW_M = 0.02
const HIGH_M = 0.06
/** From one pose to the next, and in it, as a hand that leads an arm takes [s]. */
const MOVE_S = 1.2
const PAUSE_S = 0.3
const SETTLE_S = 1
/** Longer than the longest lag looked for [s]. */
const SKIP_S = 0.4

/**
 * All joints of an arm led through a pick and a place and back, by actions at 30 frames per second that are held in
 * between, as teleoperation records it. A constant difference counts: the arm sags under its weight.
 *
 * @returns one response per joint
 */
export async function measureHandLed(
  rig: JointRig,
  model: ArmModel,
  task: PushOnArm,
  leading: Leading = LED_DOWN,
): Promise<ReplayResponse[]> {
  const path = pickAndPlace(model, task, leading)
  const first = path[0]!
  await moveTo(rig, Float64Array.from(rig.position), first, MOVE_S, SETTLE_S)
  const actions = Array.from(first, (): number[] => [])
  const states = Array.from(first, (): number[] => [])
  const target = Float64Array.from(first)
  const endS = (path.length - 1) * (MOVE_S + PAUSE_S)
  for (let timeS = 0; timeS < endS; timeS += PERIOD_S) {
    if (timeS * FRAME_RATE_HZ >= actions[0]!.length) {
      poseAt(path, timeS, target)
      for (let joint = 0; joint < target.length; joint++) {
        states[joint]!.push(rig.position[joint]!)
        actions[joint]!.push(target[joint]!)
      }
    }
    await rig.step(target)
  }
  await hold(rig, target, SETTLE_S)
  return actions.map((sent, joint) =>
    bestShift(sent, states[joint]!, { fromS: SKIP_S, isCentred: false }),
  )
}

/** Over the far right of a task's area, down, up, over the near left, down, up, and back. */
function pickAndPlace(
  model: ArmModel,
  task: PushOnArm,
  { carried, leanRad, nearShare, rollRad, sideRad }: Leading,
): Float64Array[] {
  const [nearest, far] = task.area.xM
  const near = nearest + nearShare * (far - nearest)
  const last = model.numJoints - 1
  const pose = (xM: number, zM: number, side: number, lean = leanRad) => {
    const ahead =
      lean === undefined ? poseAhead(model, task, xM, zM) : poseWithLean(model, xM, zM, lean)
    return withJoint(
      withJoint(ahead, 0, side * sideRad),
      last,
      model.restPose[last]! + side * rollRad,
    )
  }
  const high = (xM: number, side: number) =>
    pose(xM, carried?.heightM ?? HIGH_M, side, carried?.leanRad)
  const over = high((near + far) / 2, 0)
  const pick = high(far, 1)
  const place = high(near, -1)
  return [over, pick, pose(far, LOW_M, 1), pick, over, place, pose(near, LOW_M, -1), place, over]
}

/** The pose on the path at a time, at rest in each of its corners. */
function poseAt(path: readonly Float64Array[], timeS: number, out: Float64Array): void {
  const leg = Math.min(path.length - 2, Math.floor(timeS / (MOVE_S + PAUSE_S)))
  const inMove = Math.min(1, (timeS - leg * (MOVE_S + PAUSE_S)) / MOVE_S)
  const share = (1 - Math.cos(Math.PI * inMove)) / 2
  const from = path[leg]!
  const to = path[leg + 1]!
  for (let i = 0; i < out.length; i++) out[i] = from[i]! + share * (to[i]! - from[i]!)
}
