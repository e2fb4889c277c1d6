import { type ActorParameters, stateSize } from '../networks/actor-parameters.ts'
import { checkActorParameters, checkSameShape } from '../networks/check-actor-parameters.ts'
import type { ActorRunner } from './actor-runner.ts'
import { type ActorStepArrays, createActorScratch, stepActorRow } from './actor-step.ts'

/** The runner in plain TypeScript, for any sizes: several times slower than the kernels. */
export function createReferenceRunner(initial: ActorParameters, batch: number): ActorRunner {
  checkActorParameters(initial)
  const scratch = createActorScratch(initial.shape)
  const none = new Float32Array(0)
  const arrays: ActorStepArrays = { observation: none, state: none, outMean: none }
  let parameters = structuredClone(initial)
  return {
    batch,
    stateSize: stateSize(initial.shape),
    load(next) {
      checkSameShape(parameters, next)
      parameters = structuredClone(next)
    },
    step(observation, state, outMean) {
      arrays.observation = observation
      arrays.state = state
      arrays.outMean = outMean
      for (let row = 0; row < batch; row++) stepActorRow(parameters, scratch, arrays, row)
    },
  }
}
