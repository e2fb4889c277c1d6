import { Worker } from 'node:worker_threads'
import { asCodedError, CodedError } from '../../configs/load/coded-error.ts'
import type { WatcherRecipe } from './environment-watcher.ts'
import { rolloutOn } from './rollout.ts'
import type { RolloutSource } from './rollout-source.ts'
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts'

export interface WorkerSourceOptions extends Omit<WorkerStart, 'numEnvs' | 'firstEnv' | 'watcher'> {
  /** Arms over all workers; a multiple of `workers`. */
  readonly numEnvs: number
  readonly workers: number
  /** Who looks on, in the first worker, and who is told. */
  readonly watch?: TrainingWatch | undefined
}

export interface TrainingWatch {
  readonly recipe: WatcherRecipe
  readonly onSeen: (message: unknown) => void
}

/** Rollouts from worker threads, one environment each. Runs from `dist/` only. */
export async function createWorkerSource(options: WorkerSourceOptions): Promise<RolloutSource> {
  const { workers: numWorkers, numEnvs, watch, ...common } = options
  if (numEnvs % numWorkers !== 0) {
    throw new CodedError(
      'CONFIG_INVALID',
      `numEnvs must be a multiple of the ${numWorkers} workers, found ${numEnvs}`,
    )
  }
  const each = numEnvs / numWorkers
  const workers = Array.from({ length: numWorkers }, (_, k) => {
    const start = { ...common, numEnvs: each, firstEnv: k * each }
    return k === 0 && watch !== undefined
      ? new RolloutWorker({ ...start, watcher: watch.recipe }, watch.onSeen)
      : new RolloutWorker(start)
  })
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.close()))
  }
  const ready = await Promise.all(workers.map((worker) => worker.receive('ready'))).catch(
    async (cause: unknown) => {
      await close()
      throw cause
    },
  )
  const rollouts = ready.map(({ shape, buffer }) => rolloutOn(shape, buffer))
  return {
    shape: { ...ready[0]!.source, numEnvs, workers: numWorkers },
    async collect(request) {
      for (const worker of workers) worker.send({ kind: 'rollout', request })
      const replies = await Promise.all(workers.map((worker) => worker.receive('rollout')))
      return {
        rollouts,
        simulateS: Math.max(...replies.map((reply) => reply.simulateS)),
        inferS: Math.max(...replies.map((reply) => reply.inferS)),
        numNonFinite: replies.reduce((sum, reply) => sum + reply.numNonFinite, 0),
      }
    },
    async evaluate(request) {
      const episodes = Math.ceil(request.episodes / numWorkers)
      for (const worker of workers) {
        worker.send({ kind: 'evaluate', request: { ...request, episodes } })
      }
      const replies = await Promise.all(workers.map((worker) => worker.receive('evaluation')))
      return { finalDistanceM: concat(replies.map((reply) => reply.finalDistanceM)) }
    },
    close,
  }
}

type Reply<Kind extends FromWorker['kind']> = Extract<FromWorker, { kind: Kind }>

interface Waiting {
  readonly resolve: (message: never) => void
  readonly reject: (error: Error) => void
}

/** One thread, its replies queued by kind. A thread that fails rejects whatever is waited for. */
class RolloutWorker {
  readonly #worker: Worker
  readonly #replies = new Map<FromWorker['kind'], FromWorker[]>()
  readonly #waiting = new Map<FromWorker['kind'], Waiting>()
  #failure: Error | undefined

  constructor(start: WorkerStart, onSeen?: (message: unknown) => void) {
    const file = new URL('./rollout-worker.node.js', import.meta.url)
    this.#worker = new Worker(file, { workerData: start })
    this.#worker.on('message', (message: FromWorker) => {
      if (message.kind === 'seen') onSeen?.(message.message)
      else this.#accept(message)
    })
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', () => this.#fail(new Error('the thread ended')))
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  receive<Kind extends FromWorker['kind']>(kind: Kind): Promise<Reply<Kind>> {
    const reply = this.#replies.get(kind)?.shift()
    if (reply) return Promise.resolve(reply as Reply<Kind>)
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => this.#waiting.set(kind, { resolve, reject }))
  }

  /** Ends the thread at once, whatever it is doing; its memory goes with it. */
  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #accept(message: FromWorker): void {
    const waiting = this.#waiting.get(message.kind)
    if (waiting) {
      this.#waiting.delete(message.kind)
      waiting.resolve(message as never)
      return
    }
    const queue = this.#replies.get(message.kind) ?? []
    queue.push(message)
    this.#replies.set(message.kind, queue)
  }

  #fail(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause)
    this.#failure ??=
      asCodedError(cause) ??
      new CodedError('POLICY_TRAINING_FAILED', `a simulation worker failed: ${reason}`, { cause })
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
  }
}

function concat(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}
