import type { z } from 'zod'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { EventClock } from '../../../robot/model/clock.ts'
import type { Subscription } from '../stream.ts'
import type { clientOperation, ServerOperation } from './operations.schema.ts'

/** Answers a call; may throw or reject, the caller gets the message. */
export type ServiceHandler = (args: unknown) => unknown

export interface OfferedService {
  readonly service: string
  /** `std_srvs/Trigger` */
  readonly type: string
  readonly handler: ServiceHandler
}

type Sent = z.input<typeof clientOperation>
type Response = Extract<ServerOperation, { op: 'service_response' }>
type Call = Extract<ServerOperation, { op: 'call_service' }>

/** Services over a connection, from the client's side: those it calls and those it answers. */
export class ServiceCalls {
  readonly #clock: EventClock
  readonly #send: (operation: Sent) => void
  readonly #pending = new Map<string, (response: Response) => void>()
  readonly #offered = new Map<string, OfferedService>()
  #numCalls = 0

  /** @param send - does nothing while there is no connection */
  constructor(clock: EventClock, send: (operation: Sent) => void) {
    this.#clock = clock
    this.#send = send
  }

  /** Throws BRIDGE_CONNECTION_LOST when the answer is no, or does not come in time. */
  call(service: string, args: unknown, timeoutS: number): Promise<unknown> {
    const id = `call_service:${service}:${this.#numCalls++}`
    return new Promise((resolve, reject) => {
      const settle = ({ result, values }: Response) => {
        timer.cancel()
        this.#pending.delete(id)
        if (result) resolve(values)
        else reject(refused(service, values))
      }
      const silent: Response = {
        op: 'service_response',
        service,
        result: false,
        values: `no answer in ${timeoutS} s`,
      }
      const timer = this.#clock.schedule(this.#clock.now() + timeoutS, () => settle(silent))
      this.#pending.set(id, settle)
      this.#send({ op: 'call_service', id, service, args, timeout: timeoutS })
    })
  }

  settle(response: Response): void {
    this.#pending.get(String(response.id))?.(response)
  }

  offer(offered: OfferedService): Subscription {
    const { service } = offered
    this.#offered.set(service, offered)
    this.#advertise(offered)
    return {
      close: () => {
        if (this.#offered.delete(service)) this.#send({ op: 'unadvertise_service', service })
      },
    }
  }

  /** Answers a call from the server. */
  serve({ id, service, args }: Call): void {
    const handler = this.#offered.get(service)?.handler
    const answer = (result: boolean, values: unknown) =>
      this.#send({ op: 'service_response', id, service, result, values })
    if (handler === undefined) {
      answer(false, `service ${service} is not offered here`)
      return
    }
    new Promise((resolve) => resolve(handler(args))).then(
      (values) => answer(true, values ?? {}),
      (error: unknown) => answer(false, error instanceof Error ? error.message : String(error)),
    )
  }

  /** The connection is there, perhaps again. */
  resume(): void {
    for (const offered of this.#offered.values()) this.#advertise(offered)
  }

  /** The connection is gone: nobody will answer. */
  interrupt(): void {
    for (const settle of [...this.#pending.values()]) {
      settle({ op: 'service_response', service: '', result: false, values: 'the connection ended' })
    }
  }

  #advertise({ service, type }: OfferedService): void {
    this.#send({ op: 'advertise_service', service, type })
  }
}

function refused(service: string, values: unknown): CodedError {
  const reason = typeof values === 'string' ? values : JSON.stringify(values)
  return new CodedError('BRIDGE_CONNECTION_LOST', `service ${service}: ${reason}`)
}
