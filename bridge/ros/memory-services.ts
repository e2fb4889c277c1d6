import { CodedError } from '../../configs/load/coded-error.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import type { Closable, RosClient } from './graph.ts'
import { messageCodec } from './message-codec.ts'

interface Server {
  readonly type: string
  readonly answer: (request: never) => unknown
}

/** The services of a domain: one server per name, requests and answers through their bytes. */
export class MemoryServices {
  readonly #servers = new Map<string, Server>()
  readonly #later: (run: () => void) => void
  readonly #clock: EventClock

  constructor(later: (run: () => void) => void, clock: EventClock) {
    this.#later = later
    this.#clock = clock
  }

  serve(name: string, server: Server): Closable {
    this.#servers.set(name, server)
    return {
      close: () => {
        if (this.#servers.get(name) === server) this.#servers.delete(name)
      },
    }
  }

  client(name: string, type: string): RosClient<{ request: unknown; response: unknown }> {
    const server = () => {
      const found = this.#servers.get(name)
      return found?.type === type ? found : undefined
    }
    const [request, response] = [messageCodec(`${type}_Request`), messageCodec(`${type}_Response`)]
    return {
      get isReady() {
        return server() !== undefined
      },
      call: (message, timeoutS) => {
        const bytes = request.encode(message)
        return new Promise((resolve, reject) => {
          const timer = this.#clock.schedule(this.#clock.now() + timeoutS, () =>
            reject(noAnswer(name, timeoutS)),
          )
          this.#later(() => {
            const found = server()
            if (found === undefined) return
            const answer = response.encode(found.answer(request.decode(bytes) as never))
            this.#later(() => {
              timer.cancel()
              resolve(response.decode(answer))
            })
          })
        })
      },
      close() {},
    }
  }
}

/** What a service is called that does not answer. */
export function noAnswer(name: string, timeoutS: number, cause?: unknown): CodedError {
  return new CodedError('BRIDGE_ROS_SILENT', `service ${name} gave no answer in ${timeoutS} s`, {
    hint: `is its node running? ros2 service list | grep ${name}`,
    cause,
  })
}
