import { expect, it } from 'vitest'
import type { Algorithm } from '../../../policy/algorithms/algorithm.ts'
import type { NamedArrays } from '../../../policy/learning/checkpoint.ts'
import { PoisonGuard } from '../../../policy/learning/poison-guard.ts'

/** Learns nothing; after its update it holds these arrays. */
function holding(after: NamedArrays) {
  let held: NamedArrays = {}
  return {
    save: async () => held,
    restore(saved: NamedArrays) {
      held = saved
    },
    update: async () => {
      held = after
      return { loss: 1 }
    },
  } as unknown as Algorithm
}

const update = (after: NamedArrays) =>
  new PoisonGuard(holding(after)).update([], { iteration: 1, pause: async () => {} })

it('takes back what left weights behind that are not finite', async () => {
  const outcome = await update({ actor: Float32Array.of(1, Number.NaN) })
  expect(outcome).toMatchObject({ kind: 'poisoned', reason: 'not finite after it: actor' })
})

it('keeps what replays episodes in which the object was held: places that are none', async () => {
  const achieved = Float32Array.of(0.1, Number.NaN)
  const outcome = await update({ actor: Float32Array.of(1), 'replay.achieved': achieved })
  expect(outcome).toEqual({ kind: 'learnt', figures: { loss: 1 } })
})
