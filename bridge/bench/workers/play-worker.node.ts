/** A thread that plays a training environment as long as it is told, and says how fast. */
import { parentPort, workerData } from 'node:worker_threads'
import { RandomStream } from '../../../robot/model/random.ts'
import { createTaskEnv } from '../../../sim/world/create-task-env.ts'
import type { PlayReply, PlayRequest, PlayStart } from './worker-messages.ts'

const { arm, task, randomization, arms, timestepS, iterations, seed, warmUpS } =
  workerData as PlayStart
const engine = { kind: 'rapier', timestepS, iterations, substeps: 1 } as const
const env = await createTaskEnv({ arm, task, randomization, engine }, { numEnvs: arms })
const random = new RandomStream(seed)
const actions = new Float32Array(env.numEnvs * env.actionSize)
let episode = 0

/** Plays whole steps for at least so long [s]; their rate. */
function play(seconds: number): number {
  const begin = performance.now()
  let steps = 0
  for (;;) {
    if (steps % env.episodeSteps === 0) {
      env.reset({ seed, episode, width: 1 })
      episode += env.numEnvs
    }
    for (let k = 0; k < actions.length; k++) actions[k] = random.between(-1, 1)
    env.step(actions)
    steps++
    const elapsed = (performance.now() - begin) / 1000
    if (elapsed >= seconds) return (steps * env.numEnvs) / elapsed
  }
}

function post(reply: PlayReply): void {
  parentPort!.postMessage(reply)
}

parentPort!.on('message', ({ seconds }: PlayRequest) => {
  post({ kind: 'rate', armStepsPerS: play(seconds) })
})
play(warmUpS)
post({ kind: 'ready' })
