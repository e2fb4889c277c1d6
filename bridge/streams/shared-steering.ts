import { epochNow } from './epoch-now.ts'

/** Which of a run's servers has the client that steers (0: none), and when it last did, since 1970 [ms]. */
const HOLDER = 0
const USED = 1
const NUM_CELLS = 2

/** Memory by which the servers of one run, each on a thread of its own, agree on one client that steers. */
export function createSteeringMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(NUM_CELLS * BigInt64Array.BYTES_PER_ELEMENT)
}

/** Place of each server in it. */
export const STEERING_SERVER = { page: 1, foxglove: 2 } as const

export interface Steering {
  readonly memory: SharedArrayBuffer
  readonly server: (typeof STEERING_SERVER)[keyof typeof STEERING_SERVER]
}

/** One server's part in it. */
export class SharedSteering {
  readonly #cells: BigInt64Array
  readonly #server: bigint

  constructor({ memory, server }: Steering) {
    this.#cells = new BigInt64Array(memory)
    this.#server = BigInt(server)
  }

  /**
   * Whether a client of this server may steer: none of another one does, or has for too long said nothing.
   * @param idleS - after which a client that says nothing has given up
   */
  take(idleS: number): boolean {
    const nowMs = BigInt(Math.round(epochNow() * 1000))
    const holder = Atomics.load(this.#cells, HOLDER)
    const silentMs = Number(nowMs - Atomics.load(this.#cells, USED))
    const isFree = holder === 0n || holder === this.#server || silentMs > 1000 * idleS
    // Two that take it at once: the first one has it.
    if (!isFree) return false
    if (Atomics.compareExchange(this.#cells, HOLDER, holder, this.#server) !== holder) return false
    Atomics.store(this.#cells, USED, nowMs)
    return true
  }

  release(): void {
    Atomics.compareExchange(this.#cells, HOLDER, this.#server, 0n)
  }
}
