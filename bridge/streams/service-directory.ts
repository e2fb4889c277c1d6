import type { EventClock } from '../../robot/model/clock.ts'
import { absoluteName } from './messages.ts'

/** Answers a service call of this process; may throw, the caller gets the message. */
export type Service = (args: unknown) => unknown

export type ServiceAnswer = (result: boolean, values: unknown) => void

/** A service that somebody else answers, later. */
export type RemoteService = (args: unknown, answer: ServiceAnswer) => void

/** Longest wait for an answer, where the caller names none [s]. */
const TIMEOUT_S = 5
const MAX_REMOTE = 256

/** The services that clients of a server may call: those of this process, and those that clients offer. */
export class ServiceDirectory {
  readonly #clock: EventClock
  readonly #own: ReadonlyMap<string, Service>
  readonly #remote = new Map<string, RemoteService>()

  constructor(clock: EventClock, own: Readonly<Record<string, Service>>) {
    this.#clock = clock
    this.#own = new Map(Object.entries(own))
  }

  names(): string[] {
    return [...this.#own.keys(), ...this.#remote.keys()]
  }

  /** Why not, or null. */
  offer(given: string, service: RemoteService): string | null {
    const name = absoluteName(given)
    if (this.#own.has(name) || this.#remote.has(name)) return `service ${name} exists`
    if (this.#remote.size >= MAX_REMOTE) return `more than ${MAX_REMOTE} services`
    this.#remote.set(name, service)
    return null
  }

  withdraw(given: string, service: RemoteService): void {
    const name = absoluteName(given)
    if (this.#remote.get(name) === service) this.#remote.delete(name)
  }

  /** Calls `answer` once, also when nobody answers. */
  call(given: string, args: unknown, answer: ServiceAnswer, timeoutS = TIMEOUT_S): void {
    const name = absoluteName(given)
    const own = this.#own.get(name)
    const remote = this.#remote.get(name)
    if (own !== undefined) callOwn(own, args, answer)
    else if (remote !== undefined) this.#callRemote(name, remote, args, answer, timeoutS)
    else answer(false, `service ${name} does not exist`)
  }

  #callRemote(
    name: string,
    remote: RemoteService,
    args: unknown,
    answer: ServiceAnswer,
    timeoutS: number,
  ): void {
    let isAnswered = false
    const once: ServiceAnswer = (result, values) => {
      if (isAnswered) return
      isAnswered = true
      timer.cancel()
      answer(result, values)
    }
    const wait = timeoutS > 0 ? timeoutS : TIMEOUT_S
    const timer = this.#clock.schedule(this.#clock.now() + wait, () =>
      once(false, `service ${name} gave no answer in ${wait} s`),
    )
    remote(args, once)
  }
}

function callOwn(service: Service, args: unknown, answer: ServiceAnswer): void {
  let values: unknown
  try {
    values = service(args) ?? {}
  } catch (error) {
    answer(false, error instanceof Error ? error.message : String(error))
    return
  }
  answer(true, values)
}
