/** A gradient worker thread: its own tensors, the learner's weights, a share of each minibatch. */
import { parentPort, workerData } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs-core'
import { ppoGradients } from '../algorithms/ppo.ts'
import { startWasmBackend } from '../backends/wasm-backend.node.ts'
import { actorCriticVector, createActorCritic } from '../networks/actor-critic.ts'
import { CONTROL, type GradientStart } from './gradient-messages.ts'
import { minibatchOn, minibatchTensors } from './minibatch.ts'

const { config, shapes, memory, minibatch } = workerData as GradientStart
const { control, figures } = memory
await startWasmBackend()
const weights = actorCriticVector(shapes, memory.weights)
const gradients = actorCriticVector(shapes, memory.gradients)
const networks = createActorCritic(shapes, weights)
parentPort!.postMessage('ready')
for (let numAnswered = 0; ; numAnswered++) {
  Atomics.wait(control, CONTROL.asked, numAnswered)
  tf.tidy(answer)
  Atomics.store(control, CONTROL.answered, numAnswered + 1)
  Atomics.notify(control, CONTROL.answered)
}

function answer(): void {
  networks.actor.assign(weights.actor)
  networks.critic.assign(weights.critic)
  const shape = { ...minibatch, batch: control[CONTROL.batch]! }
  const batch = minibatchTensors(shape, minibatchOn(shape, memory.minibatch))
  const weight = shape.batch / control[CONTROL.minibatch]!
  const computed = ppoGradients(networks, batch, config, weight)
  networks.actor.join(computed.actor, gradients.actor)
  networks.critic.join(computed.critic, gradients.critic)
  figures.set(computed.figures.dataSync())
  computed.figures.dispose()
}
