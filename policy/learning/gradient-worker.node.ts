/** A gradient worker thread: its own tensors, the learner's weights, a share of each minibatch. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs-core'
import { ppoGradients } from '../algorithms/ppo-gradients.ts'
import { startWasmBackend } from '../backends/wasm-backend.node.ts'
import { actorCriticVector, createActorCritic } from '../networks/actor-critic.ts'
import {
  CONTROL,
  type GradientSources,
  type GradientStart,
  NUM_PLACE,
} from './gradient-messages.ts'
import { minibatchBytes } from './minibatch.ts'
import { type Sequence, tensorsOf } from './sequences.ts'

const { config, shapes, memory, share } = workerData as GradientStart
const { control, figures, places } = memory
await startWasmBackend()
const weights = actorCriticVector(shapes, memory.weights)
const gradients = actorCriticVector(shapes, memory.gradients)
const networks = createActorCritic(shapes, weights)
const room = new ArrayBuffer(minibatchBytes(share))
let sources: GradientSources = []
parentPort!.postMessage('ready')
for (let numAnswered = 0; ; numAnswered++) {
  Atomics.wait(control, CONTROL.asked, numAnswered)
  const received = receiveMessageOnPort(parentPort!)
  if (received) sources = received.message as GradientSources
  tf.tidy(answer)
  Atomics.store(control, CONTROL.answered, numAnswered + 1)
  Atomics.notify(control, CONTROL.answered)
}

function answer(): void {
  networks.actor.assign(weights.actor)
  networks.critic.assign(weights.critic)
  const numSequences = control[CONTROL.share]!
  const batch = tensorsOf(Array.from({ length: numSequences }, sequenceAt), room)
  const weight = numSequences / control[CONTROL.minibatch]!
  const computed = ppoGradients(networks, batch, config, weight)
  networks.actor.join(computed.actor, gradients.actor)
  networks.critic.join(computed.critic, gradients.critic)
  figures.set(computed.figures.dataSync())
  computed.figures.dispose()
}

function sequenceAt(_: unknown, k: number): Sequence {
  const [source, chunk, env] = places.subarray(k * NUM_PLACE, (k + 1) * NUM_PLACE)
  return { source: sources[source!]!, chunk: chunk!, env: env! }
}
