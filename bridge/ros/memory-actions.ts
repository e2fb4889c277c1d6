import type { ActionHandlers, ClientGoal, Closable, GoalEnd, ServerGoal } from './graph.ts'
import { messageCodec } from './message-codec.ts'

type AnyAction = { goal: unknown; result: unknown; feedback: unknown }

interface Server {
  readonly type: string
  readonly handlers: ActionHandlers<AnyAction>
}

interface RunningGoal extends ServerGoal<AnyAction> {
  end: GoalEnd | null
  finish(end: GoalEnd, result: unknown): void
}

/** The actions of a domain: one server per name; goals, feedback and results through their bytes. */
export class MemoryActions {
  readonly #servers = new Map<string, Server>()
  readonly #later: (run: () => void) => void

  constructor(later: (run: () => void) => void) {
    this.#later = later
  }

  serve(name: string, server: Server): Closable {
    this.#servers.set(name, server)
    return {
      close: () => {
        if (this.#servers.get(name) === server) this.#servers.delete(name)
      },
    }
  }

  isServed(name: string, type: string): boolean {
    return this.#servers.get(name)?.type === type
  }

  send(
    name: string,
    type: string,
    goal: unknown,
    onFeedback: ((feedback: never) => void) | undefined,
  ): Promise<ClientGoal<AnyAction>> {
    const goals = messageCodec(`${type}_Goal`)
    const bytes = goals.encode(goal)
    return new Promise((resolve) => {
      this.#later(() => {
        const server = this.#servers.get(name)
        if (server?.type !== type) return
        const { handlers } = server
        const isAccepted = handlers.request(goals.decode(bytes))
        const { client, running } = this.#open(type, goals.decode(bytes), handlers, onFeedback)
        this.#later(() => resolve({ ...client, isAccepted }))
        if (isAccepted) handlers.accepted(running)
      })
    })
  }

  #open(
    type: string,
    goal: unknown,
    handlers: ActionHandlers<AnyAction>,
    onFeedback: ((feedback: never) => void) | undefined,
  ): { client: ClientGoal<AnyAction>; running: RunningGoal } {
    const results = messageCodec(`${type}_Result`)
    const feedbacks = messageCodec(`${type}_Feedback`)
    let onEnd: (end: { end: GoalEnd; result: unknown }) => void = () => {}
    const ended = new Promise<{ end: GoalEnd; result: unknown }>((resolve) => {
      onEnd = resolve
    })
    const running: RunningGoal = {
      goal,
      end: null,
      finish: (end, result) => {
        if (running.end !== null) return
        running.end = end
        const bytes = results.encode(result)
        this.#later(() => onEnd({ end, result: results.decode(bytes) }))
      },
      feedback: (message) => {
        if (running.end !== null || onFeedback === undefined) return
        const bytes = feedbacks.encode(message)
        this.#later(() => onFeedback(feedbacks.decode(bytes) as never))
      },
      succeed: (result) => running.finish('succeeded', result),
      abort: (result) => running.finish('aborted', result),
    }
    const cancel = () =>
      new Promise<boolean>((resolve) => {
        this.#later(() => {
          const result = running.end === null ? handlers.cancel(running) : null
          if (result !== null) running.finish('canceled', result)
          this.#later(() => resolve(result !== null))
        })
      })
    return { client: { isAccepted: true, ended, cancel }, running }
  }
}
