import { describe, expect, it } from 'vitest'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { splitArms } from '../../../sim/engines/split-engine.ts'
import { createTaskEnv } from '../../../sim/world/create-task-env.ts'
import { model, randomization, so101, task } from '../push-setup.ts'

const engine = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 } as const
const config = { arm: so101, task, randomization: randomization('wide'), engine }

describe('splitArms', () => {
  it('makes as few worlds as hold all, as equal as can be', () => {
    expect(splitArms(64, 16)).toEqual([16, 16, 16, 16])
    expect(splitArms(50, 16)).toEqual([13, 13, 12, 12])
    expect(splitArms(3, 16)).toEqual([3])
  })
})

describe('an environment of more arms than a world holds', () => {
  it('plays a world as an environment of that world alone, to the last bit, also after a snapshot', async () => {
    const many = await createTaskEnv(config, { numEnvs: 20 })
    const few = await createTaskEnv(config, { numEnvs: 10 })
    // Two worlds of ten.
    const first = 10
    many.reset({ seed: 5, episode: 100 })
    few.reset({ seed: 5, episode: 100 + first })
    const { actionSize, observationSize: size } = many
    const actions = new Float32Array(20 * actionSize)
    let middle = many.snapshot()
    for (let step = 0; step < 60; step++) {
      for (let k = 0; k < actions.length; k++) actions[k] = Math.sin(0.3 * step + k)
      if (step === 30) middle = many.snapshot()
      many.step(actions)
      few.step(actions.subarray(first * actionSize, (first + 10) * actionSize))
    }
    const end = many.observation.slice()
    expect(end.subarray(first * size, (first + 10) * size)).toEqual(few.observation)
    many.restore(middle)
    for (let step = 30; step < 60; step++) {
      for (let k = 0; k < actions.length; k++) actions[k] = Math.sin(0.3 * step + k)
      many.step(actions)
    }
    expect(many.observation).toEqual(end)
    many.dispose()
    few.dispose()
  })
})

describe('Rapier engines', () => {
  it('can be made at the same time', async () => {
    const make = () => createRapierEngine({ arm: model, objects: ['cylinder'], count: 1 })
    const engines = await Promise.all([make(), make(), make()])
    for (const each of engines) each.dispose()
  })
})
