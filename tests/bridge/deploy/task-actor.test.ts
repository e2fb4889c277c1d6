import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createSimulation } from '../../../bridge/deploy/evaluate-simulation.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import { loadPolicyFile, savePolicyFile } from '../../../policy/file/policy-file.node.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'

it.each([
  ['push-so101', 'push-pose', /sees\.objects\.0\.yawSymmetry: expected 4, found 0/],
  ['push-so101', 'push-clutter', /sees\.objects\.1/],
  ['push-so101', 'lift', /sees\.objects\.0\.height: expected true, found false/],
  ['pick-place-so101', 'push', /sees\.objects\.0\.height: expected false, found true/],
])(
  'refuses %s on %s, with the first difference and the task it is for',
  async (name, task, said) => {
    const loading = loadTaskActor({ name, task })
    await expect(loading).rejects.toMatchObject({
      code: 'POLICY_MISMATCH',
      message: expect.stringMatching(said),
      hint: expect.stringContaining(name.replace('-so101', '')),
    })
  },
)

it.each([
  ['push-so101', 'push'],
  ['push-pose-so101', 'push-pose'],
  ['pick-place-so101', 'lift'],
  ['slide-panda', 'slide'],
  ['stack-panda', 'stack'],
])('lets %s play %s, which tells and asks what it was trained with', async (name, task) => {
  const actor = await loadTaskActor({ name, task })
  expect(actor.onArm.arm).toBe(actor.arm.name)
})

/** Lowest place [m] that the tool of a policy is sent to in simulation, told to go down for a second. */
async function lowestToolM(name: string): Promise<number> {
  const actor = await loadTaskActor({ name })
  const randomization = loadRandomization('none')
  const env = await createSimulation(actor, { world: 'rapier', randomization, numEnvs: 1 })
  onTestFinished(() => env.dispose())
  env.reset({ seed: 1, episode: 0, width: 0 })
  for (let step = 0; step < 25; step++) env.step(Float32Array.of(0, 0, -1))
  return env.arms[0]!.controller.commandedTip[2]!
}

it('plays a policy by its own control constants, whatever its task has now', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sim2arm-control-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { parameters, metadata } = loadPolicyFile('push-so101')
  const control = structuredClone(metadata.control)
  control.control.action.height.minM = 0.03
  savePolicyFile(join(folder, 'higher.onnx'), { parameters, metadata: { ...metadata, control } })

  expect(await lowestToolM('push-so101')).toBeCloseTo(-0.025, 9)
  expect(await lowestToolM(join(folder, 'higher.onnx'))).toBeCloseTo(0.03, 9)
})
