import type { Clock } from '../../robot/model/clock.ts'
import { waitUntil } from '../../robot/model/wait-until.ts'
import { controllerSilent } from './controller-errors.ts'
import type { RosNode } from './graph.ts'
import type { RosConfig } from './ros.schema.ts'

/** A command that differs by less than this from the last one is the same [rad or m]. */
const SAME = 1e-3
/** Least time between two goals [s]. */
const PERIOD_S = 0.2

export interface GripperCommander {
  open(signal: AbortSignal | undefined): Promise<void>
  /** @param position - of the joint [rad or m] */
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
 * A gripper behind an action. A goal goes out when the command has changed, at most every 0.2 s. How it ends is not
 * looked at: a gripper that closes on an object ends stalled, and that is what it is for.
 */
export function createGripperCommander(
  gripper: NonNullable<RosConfig['gripper']>,
  { node, clock, joint, waitS }: GripperOptions,
): GripperCommander {
  const sender = createSender(gripper, joint, node)
  let last = Number.NaN
  let sentS = Number.NEGATIVE_INFINITY
  return {
    open: (signal) =>
      waitUntil(() => sender.isReady(), {
        clock,
        timeoutS: waitS,
        signal,
        failure: () =>
          controllerSilent(
            `nobody serves the gripper's action ${gripper.action}`,
            'ros2 action list; else change or leave out ros.gripper in the deploy config',
          ),
      }),
    send(position) {
      const isSame = Math.abs(position - last) < SAME
      if (isSame || clock.now() - sentS < PERIOD_S) return
      last = position
      sentS = clock.now()
      sender.send(gripper.scale * position)
    },
    close: () => sender.close(),
  }
}

interface Sender {
  isReady(): boolean
  send(position: number): void
  close(): void
}

function createSender({ kind, action, maxEffort }: Gripper, joint: string, node: RosNode): Sender {
  // A goal that is replaced is refused or aborted: nothing to do about it.
  const quietly = () => {}
  if (kind === 'gripperCommand') {
    const client = node.actionClient('control_msgs/action/GripperCommand', action)
    return {
      isReady: () => client.isReady,
      send: (position) =>
        void client.send({ command: { position, max_effort: maxEffort } }).catch(quietly),
      close: () => client.close(),
    }
  }
  const client = node.actionClient('control_msgs/action/ParallelGripperCommand', action)
  return {
    isReady: () => client.isReady,
    send: (position) => {
      const command = { name: [joint], position: [position], velocity: [], effort: [maxEffort] }
      client.send({ command }).catch(quietly)
    },
    close: () => client.close(),
  }
}

type Gripper = NonNullable<RosConfig['gripper']>
