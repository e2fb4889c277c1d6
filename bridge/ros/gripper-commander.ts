import type { Clock } from '../../robot/model/clock.ts'
import { waitUntil } from '../../robot/model/wait-until.ts'
import { controllerFault, controllerSilent } from './controller-errors.ts'
import type { RosNode } from './graph.ts'
import type { RosConfig } from './ros.schema.ts'

/** A command that differs by less than this from the last one is the same [rad or m]. */
const SAME = 1e-3
/** Least time between two goals [s]. */
const PERIOD_S = 0.2
/** So many refusals in a row are a fault. */
const MAX_REFUSED = 3

export interface GripperCommander {
  open(signal: AbortSignal | undefined): Promise<void>
  /**
   * @param position - of the joint [rad or m]
   * @throws ROBOT_CONTROLLER_FAULT, ROBOT_CONTROLLER_SILENT: what has become of earlier ones
   */
  send(position: number): void
  close(): void
}

export interface GripperOptions {
  readonly node: RosNode
  readonly clock: Clock
  /** Its name in ROS. */
  readonly joint: string
  readonly waitS: number
}

/**
 * A gripper behind an action. A goal goes out when the command has changed, at most every 0.2 s, and again when it was
 * refused. How it ends is not looked at: a gripper that closes on an object ends stalled, and that is what it is for.
 */
export function createGripperCommander(
  gripper: NonNullable<RosConfig['gripper']>,
  { node, clock, joint, waitS }: GripperOptions,
): GripperCommander {
  const sender = createSender(gripper, joint, node)
  let last = Number.NaN
  let sentS = Number.NEGATIVE_INFINITY
  let numSent = 0
  let numRefused = 0
  const nobodyServes = () =>
    controllerSilent(
      `nobody serves the gripper's action ${gripper.action}`,
      'ros2 action list; else change or leave out ros.gripper in the deploy config',
    )
  const answered = (own: number, isAccepted: boolean) => {
    if (isAccepted) numRefused = 0
    // One that has been replaced may be refused.
    if (isAccepted || own !== numSent) return
    numRefused++
    last = Number.NaN
  }
  return {
    open: (signal) =>
      waitUntil(() => sender.isReady(), {
        clock,
        timeoutS: waitS,
        signal,
        failure: nobodyServes,
      }),
    send(position) {
      if (numRefused >= MAX_REFUSED) {
        throw controllerFault(`${gripper.action} refused ${numRefused} goals one after another`)
      }
      if (!sender.isReady()) throw nobodyServes()
      const isSame = Math.abs(position - last) < SAME
      if (isSame || clock.now() - sentS < PERIOD_S) return
      last = position
      sentS = clock.now()
      const own = ++numSent
      sender.send(gripper.scale * position).then(
        ({ isAccepted }) => answered(own, isAccepted),
        () => answered(own, false),
      )
    },
    close: () => sender.close(),
  }
}

interface Sender {
  isReady(): boolean
  /** Resolves with the server's answer. */
  send(position: number): Promise<{ readonly isAccepted: boolean }>
  close(): void
}

function createSender({ kind, action, maxEffort }: Gripper, joint: string, node: RosNode): Sender {
  if (kind === 'gripperCommand') {
    const client = node.actionClient('control_msgs/action/GripperCommand', action)
    return {
      isReady: () => client.isReady,
      send: (position) => client.send({ command: { position, max_effort: maxEffort } }),
      close: () => client.close(),
    }
  }
  const client = node.actionClient('control_msgs/action/ParallelGripperCommand', action)
  return {
    isReady: () => client.isReady,
    send: (position) => {
      const command = { name: [joint], position: [position], velocity: [], effort: [maxEffort] }
      return client.send({ command })
    },
    close: () => client.close(),
  }
}

type Gripper = NonNullable<RosConfig['gripper']>
