import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { createEnv } from '../../../sim/world/create-env.ts'
import type { EnvStep } from '../../../sim/world/env.ts'
import type { Space } from '../../../sim/world/space.ts'
import { task as push, randomization, so101 } from '../push-setup.ts'
import { valuesOf } from './term-values.ts'

describe('the spaces of an environment', () => {
  it('name every number of observation and state, with units and bounds that hold', async () => {
    const env = await createEnv({ task: push, arm: so101, randomization: randomization('wide') })
    try {
      const { observationSpace, stateSpace, actionSpace, vecEnv } = env
      expect(
        observationSpace.terms.map(({ name, size, unit, frame }) => ({ name, size, unit, frame })),
      ).toEqual(vecEnv.spec.observation)
      expect(actionSpace.terms.map(({ name }) => name)).toEqual(vecEnv.spec.actionNames)
      expect([...actionSpace.low, ...actionSpace.high]).toEqual([-1, -1, -1, 1, 1, 1])
      for (const space of [observationSpace, stateSpace, actionSpace]) {
        let offset = 0
        for (const term of space.terms) {
          expect(term.offset).toBe(offset)
          offset += term.size
        }
        expect(space.size).toBe(offset)
        expect(space.low).toHaveLength(offset)
      }
      const random = new RandomStream(77)
      for (let episode = 0; episode < 3; episode++) {
        let step: Pick<EnvStep, 'observation' | 'info'> = env.reset({ seed: 1, episode })
        for (let t = 0; t < 60; t++) {
          expectInside(observationSpace, step.observation)
          expectInside(stateSpace, step.info.state)
          step = env.step(Array.from({ length: 3 }, () => random.between(-1.5, 1.5)))
        }
      }
    } finally {
      env.dispose()
    }
  })

  it('say where in the state the truth stands', async () => {
    const env = await createEnv({ task: push, arm: so101, randomization: randomization('wide') })
    try {
      env.reset({ seed: 3, episode: 4 })
      const { info } = env.step([0.5, -1, 0])
      const { controller, draw } = env.vecEnv.arms[0]!
      const at = (name: string) => valuesOf(env.stateSpace, name, info.state)
      expect(at('timeShare')[0]).toBeCloseTo(1 / 200, 6)
      expect(at('previousAction')).toEqual([0.5, -1, 0])
      const drawn = env.stateSpace.terms.filter(({ name }) => name.startsWith('draw.'))
      expect(drawn.flatMap(({ name }) => at(name))).toEqual([...draw.coordinates])
      // Measured joints are the true ones with the encoders' offset, noise, and a step of 2π / 4096.
      const { zeroOffsetRad, jointNoiseRad } = draw.values
      const measured = valuesOf(env.observationSpace, 'jointPosition', env.vecEnv.observation)
      at('jointPosition').forEach((q, i) => {
        const missRad = Math.abs(measured[i]! - q - zeroOffsetRad[i]!)
        expect(missRad).toBeLessThan(0.0008 + 5 * jointNoiseRad[0]!)
      })
      const { objectMassKg } = draw.values
      // The mass is drawn log-uniformly between 0.02 and 0.2 kg.
      expect(at('draw.objectMassKg')[0]).toBeCloseTo(2 * Math.log10(objectMassKg[0]! / 0.02) - 1, 5)
      const [x, y] = at('toolPosition') as [number, number]
      const [errorX, errorY] = at('commandedToolError') as [number, number]
      expect(x + errorX).toBeCloseTo(controller.commandedTip[0]!, 6)
      expect(y + errorY).toBeCloseTo(controller.commandedTip[1]!, 6)
    } finally {
      env.dispose()
    }
  })
})

function expectInside({ low, high, terms }: Space, vector: Float32Array): void {
  vector.forEach((value, i) => {
    const isInside = value >= low[i]! && value <= high[i]!
    const term = terms.findLast(({ offset }) => offset <= i)
    expect(isInside, `${term?.name}: ${value}`).toBe(true)
  })
}
