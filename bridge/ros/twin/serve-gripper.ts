import type { Clock } from '../../../robot/model/clock.ts'
import type { RosNode } from '../graph.ts'
import type { RosConfig } from '../ros.schema.ts'

/** Defaults of parallel_gripper_controller (ros2_controllers 94e74de). */
const GOAL_TOLERANCE = 0.01
const STALL_SPEED = 0.001
const STALL_TIMEOUT_S = 1

/** The finger that an emulated gripper moves. */
export interface GripperJoint {
  readonly clock: Clock
  position(): number
  speed(): number
  move(position: number): void
}

interface Pursuit {
  readonly position: number
  finish(isReached: boolean): void
  /** When the finger moved last [s]. */
  movedS: number
}

/**
 * A gripper's action: succeeds within 0.01 of the goal, aborts as stalled after a second at rest elsewhere; a new goal
 * replaces the one before.
 */
export function serveGripper(
  node: RosNode,
  { kind, action, joint, scale }: NonNullable<RosConfig['gripper']>,
  finger: GripperJoint,
): { update(): void } {
  let pursuit: Pursuit | undefined
  const begin = (position: number, finish: Pursuit['finish']) => {
    pursuit?.finish(false)
    pursuit = { position, finish, movedS: finger.clock.now() }
    finger.move(position)
  }
  const stop = () => {
    pursuit = undefined
    finger.move(finger.position())
  }
  if (kind === 'gripperCommand') {
    const state = (isReached: boolean) => ({
      position: scale * finger.position(),
      effort: 0,
      stalled: !isReached,
      reached_goal: isReached,
    })
    node.actionServer('control_msgs/action/GripperCommand', action, {
      request: () => true,
      accepted: (goal) =>
        begin(goal.goal.command.position / scale, (isReached) =>
          isReached ? goal.succeed(state(true)) : goal.abort(state(false)),
        ),
      cancel: () => {
        stop()
        return state(false)
      },
    })
  } else {
    const state = (isReached: boolean) => ({
      state: { name: [joint], position: [scale * finger.position()], velocity: [], effort: [0] },
      stalled: !isReached,
      reached_goal: isReached,
    })
    node.actionServer('control_msgs/action/ParallelGripperCommand', action, {
      request: ({ command }) => command.position.length === 1,
      accepted: (goal) =>
        begin(goal.goal.command.position[0]! / scale, (isReached) =>
          isReached ? goal.succeed(state(true)) : goal.abort(state(false)),
        ),
      cancel: () => {
        stop()
        return state(false)
      },
    })
  }
  return {
    update() {
      if (pursuit === undefined) return
      const nowS = finger.clock.now()
      if (Math.abs(finger.speed()) > STALL_SPEED) pursuit.movedS = nowS
      const isReached = Math.abs(pursuit.position - finger.position()) < GOAL_TOLERANCE
      if (!isReached && nowS - pursuit.movedS <= STALL_TIMEOUT_S) return
      const { finish } = pursuit
      pursuit = undefined
      finish(isReached)
    },
  }
}
