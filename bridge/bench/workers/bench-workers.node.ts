import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Spread, spreadOf } from '../figures.ts'
import type { PlayReply, PlayRequest, PlayStart } from './worker-messages.ts'

export interface WorkersRate {
  readonly workers: number
  readonly armsPerWorker: number
  /** Complete environment steps of one arm per second by the clock. */
  readonly one: Spread
  readonly all: Spread
  /** What all of them do of what one does alone, turn by turn. */
  readonly ratio: Spread
}

/** One environment in a thread, then one in each of several at once, in turns, so that both see the same machine. */
export async function benchWorkers(
  start: PlayStart,
  workers: number,
  repeats: number,
  seconds: number,
): Promise<WorkersRate> {
  const players = await Promise.all(
    Array.from({ length: workers }, (_, k) => createPlayer({ ...start, seed: start.seed + k })),
  )
  try {
    const one: number[] = []
    const all: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      one.push(await players[repeat % workers]!.play(seconds))
      const rates = await Promise.all(players.map((player) => player.play(seconds)))
      all.push(rates.reduce((sum, rate) => sum + rate, 0))
    }
    return {
      workers,
      armsPerWorker: start.arms,
      one: spreadOf(one),
      all: spreadOf(all),
      ratio: spreadOf(all.map((rate, k) => rate / one[k]!)),
    }
  } finally {
    await Promise.all(players.map((player) => player.stop()))
  }
}

async function createPlayer(start: PlayStart) {
  const worker = new Worker(new URL('./play-worker.node.js', import.meta.url), {
    workerData: start,
  })
  const next = async () => (await once(worker, 'message'))[0] as PlayReply
  await next()
  return {
    async play(seconds: number): Promise<number> {
      worker.postMessage({ seconds } satisfies PlayRequest)
      const reply = await next()
      return reply.kind === 'rate' ? reply.armStepsPerS : Number.NaN
    },
    stop: () => worker.terminate(),
  }
}
