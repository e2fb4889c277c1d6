import { expect, it } from 'vitest'
import { createActorInEnv } from '../../../policy/evaluate/actor-in-env.ts'
import { PLACE_THRESHOLD_M, PlaceEnv } from '../learning/place-env.ts'

it('a teacher acts on the truth, where the environment knows it', () => {
  const env = new PlaceEnv(8)
  env.reset({ seed: 1, episode: 0, width: 1 })
  const teacher = createActorInEnv({ kind: 'teacher' }, env, 1)
  const actions = new Float32Array(env.numEnvs * env.actionSize)
  teacher.begin(0)
  for (let t = 0; t < env.episodeSteps; t++) {
    teacher.act(actions)
    env.step(actions)
  }
  // It goes exactly where it was told to, which the observations do not suffice for.
  for (const distance of env.distanceM) expect(distance).toBeLessThan(PLACE_THRESHOLD_M / 1000)
})

it('there is no teacher where nobody knows the truth', () => {
  const refusal = expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error
  const env = Object.assign(new PlaceEnv(2), { oracle: undefined })
  expect(() => createActorInEnv({ kind: 'teacher' }, env, 1)).toThrow(refusal)
})
