import { expect, it } from 'vitest'
import { createTaskEnv } from '../../../sim/world/create-task-env.ts'
import { onArm, randomization, so101, task } from '../push-setup.ts'

it('shows an arm of wide draws its joints and its object as they are, in the physics it had', async () => {
  const engine = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 } as const
  const config = { arm: so101, task, randomization: randomization('wide'), engine }
  const perfect = await createTaskEnv({ ...config, hasPerfectSensing: true }, { numEnvs: 4 })
  const drawn = await createTaskEnv(config, { numEnvs: 4 })
  try {
    for (const env of [perfect, drawn]) env.reset({ seed: 3, episode: 0, width: 1 })
    const actions = new Float32Array(12)
    for (let step = 0; step < 20; step++) {
      for (let i = 0; i < 12; i++) actions[i] = Math.sin(step + i)
      perfect.step(actions)
      drawn.step(actions)
    }
    let worstDrawnRad = 0
    for (let k = 0; k < 4; k++) {
      const [arm, other] = [perfect.arms[k]!, drawn.arms[k]!]
      expect(arm.physics).toEqual(other.physics)
      const { q } = perfect.stateOf(k)
      q.forEach((value, joint) => {
        expect(Math.abs(arm.measuredQ[joint]! - value)).toBeLessThan(0.51 * onArm.encoderStepRad)
      })
      const seen = arm.objects[0]!
      const { position } = perfect.stateOf(k).objects[0]!
      expect(seen.ageS).toBeLessThan(0.02)
      expect(Math.hypot(seen.xM - position[0]!, seen.yM - position[1]!)).toBeLessThan(0.004)
      drawn.stateOf(k).q.forEach((value, joint) => {
        worstDrawnRad = Math.max(worstDrawnRad, Math.abs(other.measuredQ[joint]! - value))
      })
    }
    expect(worstDrawnRad).toBeGreaterThan(0.01)
  } finally {
    perfect.dispose()
    drawn.dispose()
  }
})
