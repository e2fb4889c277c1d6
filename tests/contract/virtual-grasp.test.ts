import { describe, expect, it } from 'vitest'
import { loadDeployConfig } from '../../bridge/deploy/load-deploy-config.node.ts'
import type { CycleView } from '../../bridge/deploy/loop-tap.ts'
import { loadTaskActor } from '../../bridge/deploy/task-actor.ts'
import { runVirtualDeployment } from '../../bridge/deploy/virtual-deployment.ts'
import { loadReality } from '../../sim/world/reality.node.ts'

const GRIPPER = 5
/** Of the servo's torque; what it is set to, and what it falls back to after two seconds of overload. */
const GRIP_SHARE = 0.5
const PROTECTIVE_SHARE = 0.2

describe('a hand on the emulated arm', () => {
  it('takes hold of the cube, lifts it, and holds it with what an overloaded servo has left', async () => {
    const actor = await loadTaskActor({ name: 'scripted', task: 'lift' })
    let mostLoad = 0
    let load = 0
    const loadsAtEnd: number[] = []
    const { verdicts, interventions } = await runVirtualDeployment({
      ...{ arm: actor.arm, task: actor.task, spec: actor.spec },
      reality: loadReality('nominal'),
      config: loadDeployConfig('so101'),
      policy: actor.createStepper(1),
      ...{ episodes: 2, firstEpisode: 0, seed: 2 },
      signal: new AbortController().signal,
      createTap: () => ({
        cycle({ reading }: CycleView) {
          load = Math.abs(reading.load[GRIPPER]!)
          mostLoad = Math.max(mostLoad, load)
        },
        policyStep() {},
        episode: () => void loadsAtEnd.push(load),
      }),
    })
    // Eight of eight were lifted when this was written, and a run repeats bit for bit.
    expect(verdicts.map(({ finalDistanceM }) => finalDistanceM < 0.03)).toEqual([true, true])
    expect(mostLoad).toBeGreaterThan(PROTECTIVE_SHARE)
    expect(mostLoad).toBeLessThanOrEqual(GRIP_SHARE)
    for (const held of loadsAtEnd) expect(held).toBeCloseTo(PROTECTIVE_SHARE, 2)
    expect(interventions['stall']).toBe(0)
  }, 60_000)
})
