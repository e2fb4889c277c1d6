import { waitUntil } from '../../robot/model/wait-until.ts'
import { controllerFault, controllerSilent } from './controller-errors.ts'
import { checkJoints } from './controller-joints.ts'
import type { RosActionClient } from './graph.ts'
import type { ActionTypes } from './interfaces.ts'
import type { CommanderOptions, JointCommander } from './joint-commander.ts'
import { onePoint } from './trajectory-commander.ts'

const ACTION = 'control_msgs/action/FollowJointTrajectory'

/** Words of the controller's error codes (control_msgs/action/FollowJointTrajectory). */
const ERRORS: Readonly<Record<number, string>> = {
  [-1]: 'invalid goal',
  [-2]: 'invalid joints',
  [-3]: 'old time stamp',
  [-4]: 'path tolerance violated',
  [-5]: 'goal tolerance violated',
}

/** Without an answer to a goal for longer it is lost: the arm would stand still without a word [s]. */
const ANSWER_S = 1

/**
 * Set-points as goals of a joint_trajectory_controller's action, each replacing the last. Goals are fewer than
 * set-points: the newest goes out when its time has come and the last goal was answered. A goal that was replaced ends
 * aborted or canceled (the releases of ros2_controllers differ), which says nothing; only the newest one's end counts.
 */
export function createTrajectoryActionCommander(
  { controller, goalRateHz }: { readonly controller: string; readonly goalRateHz: number },
  { node, clock, joints, waitS }: CommanderOptions,
): JointCommander {
  const name = node.resolve(`${controller}/follow_joint_trajectory`)
  const horizonS = 1 / goalRateHz
  let client: RosActionClient<ActionTypes[typeof ACTION]> | undefined
  let fault: Error | undefined
  let waiting: Float64Array | undefined
  let numSent = 0
  let isAsking = false
  let sentS = Number.NEGATIVE_INFINITY

  const sendGoal = async (goal: Float64Array): Promise<void> => {
    const own = ++numSent
    sentS = clock.now()
    isAsking = true
    const answer = await client!.send({ trajectory: onePoint(joints, goal, horizonS) })
    isAsking = false
    if (!answer.isAccepted) {
      fault = controllerFault(`${name} refused a goal`)
      return
    }
    const { end, result } = await answer.ended
    if (own !== numSent || end === 'succeeded') return
    const reason = ERRORS[result.error_code] ?? `code ${result.error_code}`
    fault = controllerFault(`${name}: goal ${end}, ${reason}. ${result.error_string}`.trim())
  }
  const flush = () => {
    if (waiting === undefined || isAsking) return
    const goal = waiting
    waiting = undefined
    sendGoal(goal).catch((error: unknown) => {
      isAsking = false
      fault = controllerFault(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    })
  }

  return {
    async open(signal) {
      const opened = node.actionClient(ACTION, name)
      client = opened
      await waitUntil(() => opened.isReady, {
        clock,
        timeoutS: waitS,
        signal,
        failure: () => nobodyServes(name),
      })
      await checkJoints(controller, { node, clock, joints }, signal)
    },
    send(goal) {
      if (fault !== undefined) throw fault
      if (client?.isReady !== true) throw nobodyServes(name)
      if (isAsking && clock.now() - sentS > ANSWER_S) throw noReply(name)
      waiting = goal.slice()
      if (clock.now() - sentS >= horizonS) flush()
    },
    close() {
      if (client?.isReady === true) flush()
      client?.close()
    },
  }
}

function noReply(name: string): Error {
  return controllerSilent(
    `${name} gave no answer to a goal in ${ANSWER_S} s`,
    'look at the log of the controller manager; was the controller restarted?',
  )
}

function nobodyServes(name: string): Error {
  return controllerSilent(
    `nobody serves the action ${name}`,
    'is the controller active? ros2 action list; else change ros.command.controller',
  )
}
