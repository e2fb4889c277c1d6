import { describe, expect, it } from 'vitest'
import { loadDeployConfig } from '../../bridge/deploy/load-deploy-config.node.ts'
import { createScriptedStepper } from '../../bridge/deploy/scripted-stepper.ts'
import { runVirtualDeployment } from '../../bridge/deploy/virtual-deployment.ts'
import { createControlSpec } from '../../robot/io/spec.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { createSolver } from '../../sim/solvers/index.ts'
import type { PushParameter } from '../../sim/tasks/push.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import { loadReality } from '../../sim/world/reality.node.ts'
import { task } from '../sim/push-setup.ts'

/** One arm for each servo protocol. */
describe.each(['so101', 'koch'])('a deployment into the emulated %s', (name) => {
  const arm = loadArmDescription(name)
  const model = compileArm(arm)
  const onArm = taskOnArm<PushParameter>(task, name)
  const spec = createControlSpec(model, onArm.control)

  async function deployScripted(episodes: number, firstEpisode = 0) {
    const tips: number[] = []
    const result = await runVirtualDeployment({
      arm,
      reality: loadReality('nominal'),
      task,
      spec,
      config: loadDeployConfig(name),
      policy: createScriptedStepper(createSolver(task, { spec, onArm, model })),
      episodes,
      firstEpisode,
      seed: 2,
      signal: new AbortController().signal,
      createTap: () => ({ policyStep: ({ tip }) => void tips.push(...tip), episode: () => {} }),
    })
    return { ...result, tips }
  }

  it('succeeds with the scripted pusher, through driver, wire and the second engine', async () => {
    const { verdicts, interventions, simulatedS, steps } = await deployScripted(3)
    expect(verdicts.map(({ episode }) => episode)).toEqual([0, 1, 2])
    for (const { finalDistanceM } of verdicts) expect(finalDistanceM).toBeLessThan(0.05)
    // Three episodes of 8 s at 25 Hz. Before them the arm lies for half a second, is switched on and unfolded: a joint by 1.5 rad
    // at 0.5 rad/s at most, and 1.5 times as long for starting and stopping gently.
    expect(simulatedS).toBeGreaterThan(24 + 0.5 + 4.5)
    expect(simulatedS).toBeLessThan(24 + 0.5 + 4.5 + 2)
    expect(Math.abs(steps - 600)).toBeLessThan(6)
    expect(interventions).toMatchObject({ trackingError: 0, lostSensor: 0, lostJoints: 0 })
  })

  it('repeats to the last bit', async () => {
    const first = await deployScripted(1, 5)
    expect(await deployScripted(1, 5)).toEqual(first)
    expect(first.tips.length).toBeGreaterThan(500)
  })
})
