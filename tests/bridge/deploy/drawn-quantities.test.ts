import { expect, it } from 'vitest'
import { DrawnQuantities } from '../../../bridge/deploy/drawn-quantities.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import { engineConfig } from '../../../sim/world/create-task-env.ts'
import { makeTaskEnv } from '../../../sim/world/make-task-env.node.ts'

const NUM_ARMS = 32
const STEPS = 50
/** Of the critical slope; nearer, a second of sliding is too short to see. */
const MARGIN = 0.1

it('a puck that nobody touches slides where the slope is more than its friction, and nowhere else', async () => {
  const actor = await loadTaskActor({ name: 'still', task: 'push', arm: 'so101' })
  const randomization = loadRandomization('friction-extremes')
  const env = await makeTaskEnv(
    { ...actor, randomization, engine: engineConfig('rapier'), hasPerfectSensing: true },
    { numEnvs: NUM_ARMS },
  )
  try {
    const drawn = new DrawnQuantities(env, actor)
    const still = new Float32Array(NUM_ARMS * env.actionSize)
    const hasMoved: boolean[] = []
    for (let episode = 0; episode < 4 * NUM_ARMS; episode += NUM_ARMS) {
      env.reset({ seed: 1, episode })
      drawn.keep()
      const before = env.arms.map(({ objects }) => ({ ...objects[0]! }))
      for (let step = 0; step < STEPS; step++) env.step(still)
      for (const [k, { objects }] of env.arms.entries()) {
        const { xM, yM } = objects[0]!
        hasMoved.push(Math.hypot(xM - before[k]!.xM, yM - before[k]!.yM) > 0.005)
      }
    }
    const quantities = drawn.quantities(hasMoved.length)
    const slope = quantities.find(({ name }) => name === 'slope / friction')!
    const clear = [...slope.values.keys()].filter((k) => Math.abs(slope.values[k]! - 1) > MARGIN)
    const sliding = clear.filter((k) => slope.values[k]! > 1)
    expect(sliding.length).toBeGreaterThan(5)
    expect(clear.filter((k) => hasMoved[k])).toEqual(sliding)
    expect(quantities.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['objectMassKg', 'zeroOffsetRad elbow_flex', 'commandDelayS']),
    )
  } finally {
    env.dispose()
  }
})
