import type { RemoteService, ServiceAnswer, ServiceDirectory } from '../service-directory.ts'
import type { ServerOperation } from './operations.schema.ts'

type Call = Extract<ServerOperation, { op: 'call_service' }>
type Response = Extract<ServerOperation, { op: 'service_response' }>

const MAX_OFFERED = 100
const MAX_PENDING = 100

/** The services that one client offers to the others, and the calls of them that it has yet to answer. */
export class OfferedServices {
  readonly #directory: ServiceDirectory
  readonly #send: (call: Call) => void
  readonly #offered = new Map<string, RemoteService>()
  readonly #pending = new Map<string, ServiceAnswer>()
  #numCalls = 0

  constructor(directory: ServiceDirectory, send: (call: Call) => void) {
    this.#directory = directory
    this.#send = send
  }

  /** Why not, or null. */
  offer(service: string): string | null {
    if (this.#offered.size >= MAX_OFFERED) return `more than ${MAX_OFFERED} services`
    const remote: RemoteService = (args, answer) => this.#call(service, args, answer)
    const refusal = this.#directory.offer(service, remote)
    if (refusal === null) this.#offered.set(service, remote)
    return refusal
  }

  /** Why not, or null. */
  withdraw(service: string): string | null {
    const remote = this.#offered.get(service)
    if (remote === undefined) return `service ${service} is not offered by you`
    this.#offered.delete(service)
    this.#directory.withdraw(service, remote)
    return null
  }

  answer({ id, result, values }: Response): void {
    const answer = this.#pending.get(String(id))
    this.#pending.delete(String(id))
    answer?.(result, values ?? {})
  }

  close(): void {
    for (const service of [...this.#offered.keys()]) this.withdraw(service)
    for (const answer of this.#pending.values()) answer(false, 'the service went away')
    this.#pending.clear()
  }

  #call(service: string, args: unknown, answer: ServiceAnswer): void {
    if (this.#pending.size >= MAX_PENDING) {
      answer(false, `service ${service} is overloaded`)
      return
    }
    const id = `call_service:${service}:${this.#numCalls++}`
    this.#pending.set(id, answer)
    this.#send({ op: 'call_service', id, service, args: args ?? {} })
  }
}
