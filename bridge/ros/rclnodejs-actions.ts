import { plainArrays } from '../recording/plain-arrays.ts'
import type {
  ActionHandlers,
  ClientGoal,
  Closable,
  GoalEnd,
  RosActionClient,
  ServerGoal,
} from './graph.ts'
import type { ActionName, ActionTypes } from './interfaces.ts'
import { endsLater, guarded, guardedAnswer } from './rclnodejs-guard.ts'
import type { RclClientGoal, RclNode, Rclnodejs, RclServerGoal } from './rclnodejs-module.ts'

/** Where an entity lives; nothing native is touched once it is closed. */
export interface RclHome {
  readonly rcl: Rclnodejs
  readonly node: RclNode
  readonly isOpen: { readonly value: boolean }
}

/** Sends goals of one action. */
export function openActionClient<N extends ActionName>(
  { rcl, node, isOpen }: RclHome,
  type: N,
  name: string,
): RosActionClient<ActionTypes[N]> {
  const client = new rcl.ActionClient(node, type, name)
  return {
    get isReady() {
      return isOpen.value && client.isActionServerAvailable()
    },
    async send(goal, onFeedback) {
      const onMessage = onFeedback as ((feedback: unknown) => void) | undefined
      return clientGoal<ActionTypes[N]>(await client.sendGoal(plainArrays(goal), onMessage))
    },
    close: endsLater(isOpen, () => client.destroy()),
  }
}

function clientGoal<Action extends { result: unknown }>(goal: RclClientGoal): ClientGoal<Action> {
  const isAccepted = goal.isAccepted()
  const never = new Promise<never>(() => {})
  const end = (): GoalEnd =>
    goal.isSucceeded() ? 'succeeded' : goal.isCanceled() ? 'canceled' : 'aborted'
  return {
    isAccepted,
    ended: isAccepted
      ? goal.getResult().then((result) => ({ end: end(), result: result as Action['result'] }))
      : never,
    async cancel() {
      const { goals_canceling } = await goal.cancelGoal()
      return goals_canceling.length > 0
    },
  }
}

export interface RclActionServerOptions<N extends ActionName> {
  readonly type: N
  readonly name: string
  readonly handlers: ActionHandlers<ActionTypes[N]>
}

interface Running<Action extends { goal: unknown; result: unknown; feedback: unknown }> {
  readonly seen: ServerGoal<Action>
  finish(end: GoalEnd, result: Action['result']): void
  readonly result: Promise<Action['result']>
}

/**
 * Serves an action. rclnodejs shows a goal as a plain value only to the callback that accepts it; the next callback,
 * in the same turn, gets a handle: the value is kept from one to the other.
 */
export function openActionServer<N extends ActionName>(
  { rcl, node, isOpen }: RclHome,
  { type, name, handlers }: RclActionServerOptions<N>,
): Closable {
  type Action = ActionTypes[N]
  const running = new Map<RclServerGoal, Running<Action>>()
  let requested: Action['goal'] | undefined
  const server = new rcl.ActionServer(
    node,
    type,
    name,
    (handle) => running.get(handle)!.result,
    (goal) => {
      requested = goal as Action['goal']
      const isAccepted = guardedAnswer(() => handlers.request(requested!), false)
      return isAccepted ? rcl.GoalResponse.ACCEPT : rcl.GoalResponse.REJECT
    },
    (handle) => {
      const goal = runningGoal<Action>(handle, requested!, isOpen)
      running.set(handle, goal)
      void goal.result.then(() => running.delete(handle))
      handle.execute()
      guarded(isOpen, handlers.accepted)(goal.seen)
    },
    (handle) => {
      const goal = running.get(handle)
      const result = goal && guardedAnswer(() => handlers.cancel(goal.seen), null)
      if (goal === undefined || !result) return rcl.CancelResponse.REJECT
      // The goal is canceling only once this has returned.
      setImmediate(() => goal.finish('canceled', result))
      return rcl.CancelResponse.ACCEPT
    },
  ) as { destroy(): void }
  return { close: endsLater(isOpen, () => server.destroy()) }
}

function runningGoal<Action extends { goal: unknown; result: unknown; feedback: unknown }>(
  handle: RclServerGoal,
  goal: Action['goal'],
  isOpen: { readonly value: boolean },
): Running<Action> {
  let resolve: (result: Action['result']) => void = () => {}
  const result = new Promise<Action['result']>((onResult) => {
    resolve = onResult
  })
  let isDone = false
  const finish = (end: GoalEnd, value: Action['result']) => {
    if (isDone || !isOpen.value) return
    isDone = true
    if (end === 'succeeded') handle.succeed()
    else if (end === 'canceled') handle.canceled()
    else handle.abort()
    resolve(plainArrays(value))
  }
  return {
    seen: {
      goal,
      feedback: (message) => {
        if (!isDone && isOpen.value) handle.publishFeedback(plainArrays(message))
      },
      succeed: (value) => finish('succeeded', value),
      abort: (value) => finish('aborted', value),
    },
    finish,
    result,
  }
}
