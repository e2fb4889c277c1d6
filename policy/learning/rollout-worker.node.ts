/** A simulation worker thread: its own environment, its own copy of the policy. */
import { parentPort, workerData } from 'node:worker_threads'
import { fastestKernels } from '../kernels/native/load-wide-gemm.node.ts'
import { createActorRunner } from '../runtime/actor-runner.ts'
import { collectRollout, type Player, playEpisodes } from './collect.ts'
import { makeEnvironment } from './environment-recipe.ts'
import { makeWatcher } from './environment-watcher.ts'
import { createExpert } from './expert.ts'
import { rolloutShape, sourceShape } from './local-source.ts'
import { rolloutBytes, rolloutOn } from './rollout.ts'
import type { ActingPolicy } from './rollout-source.ts'
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.ts'

const start = workerData as WorkerStart
const port = parentPort!
const env = await makeEnvironment(start.environment, start.numEnvs)
const shape = rolloutShape(env, start)
const buffer = new SharedArrayBuffer(rolloutBytes(shape))
const rollout = rolloutOn(shape, buffer)
// Before anything is compiled: what the first in a process is would else differ from those behind it.
const kernels = fastestKernels()
const expert = start.expert && createExpert(start.expert, env, kernels)
const watcher =
  start.watcher &&
  (await makeWatcher(start.watcher, env, (message) => post({ kind: 'seen', message })))
let player: Player | undefined

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'rollout': {
      const { request } = message
      const options = { request, horizon: start.horizon }
      const figures = collectRollout(playerFor(request.policy), options, rollout)
      return post({ kind: 'rollout', ...figures })
    }
    case 'evaluate': {
      const { request } = message
      const finalDistanceM = playEpisodes(playerFor(request.policy), request)
      return post({ kind: 'evaluation', finalDistanceM })
    }
  }
})
post({ kind: 'ready', shape, source: sourceShape(env, 1, start), buffer })

function playerFor({ actor }: ActingPolicy): Player {
  player ??= {
    env,
    runner: createActorRunner(actor, env.numEnvs, kernels),
    firstEnv: start.firstEnv,
    nowS: () => performance.now() / 1000,
    expert,
    watcher,
  }
  return player
}

function post(message: FromWorker): void {
  port.postMessage(message)
}
