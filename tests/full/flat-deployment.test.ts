import { expect, it } from 'vitest'
import { createMemoryMeter } from '../../bridge/bench/memory.node.ts'
import { loadDeployConfig } from '../../bridge/deploy/load-deploy-config.node.ts'
import { loadTaskActor } from '../../bridge/deploy/task-actor.ts'
import { runVirtualDeployment } from '../../bridge/deploy/virtual-deployment.ts'
import { createRecordTap } from '../../bridge/recording/record-tap.ts'
import { loadReality } from '../../sim/world/reality.node.ts'

const EPISODES = 45
/** Till then code is still compiled. */
const SETTLED = 15
/** A verdict and its like; of each of an episode's 800 cycles it would be 25 bytes. */
const MOST_BYTES_PER_EPISODE = 20_000

it(`${EPISODES} episodes of a deployment on an emulated arm leave nothing behind`, async () => {
  const meter = createMemoryMeter()
  const actor = await loadTaskActor({ name: 'push-so101' })
  const readings: ReturnType<typeof meter.read>[] = []
  let recorded = 0
  await runVirtualDeployment({
    ...{ arm: actor.arm, task: actor.task, spec: actor.spec },
    reality: loadReality('workshop'),
    config: loadDeployConfig(actor.arm.name),
    policy: actor.createStepper(1),
    ...{ episodes: EPISODES, firstEpisode: 0, seed: 1 },
    signal: new AbortController().signal,
    createTap: ({ jointNames }) =>
      createRecordTap({
        ...{ jointNames, epochOffsetS: 0, frame: actor.arm.baseLink },
        sinks: [
          {
            write({ length }) {
              recorded += length
            },
          },
        ],
      }),
    onVerdict: () => void readings.push(meter.read()),
  })
  const [settled, last] = [readings[SETTLED - 1]!, readings.at(-1)!]
  expect(readings).toHaveLength(EPISODES)
  expect(recorded).toBeGreaterThan(EPISODES * 800)
  expect(last.wasmBytes).toBe(settled.wasmBytes)
  expect(last.wasmBytes).toBeGreaterThan(0)
  expect(last.buffersBytes).toBe(settled.buffersBytes)
  const perEpisode = (last.heapBytes - settled.heapBytes) / (EPISODES - SETTLED)
  expect(perEpisode, JSON.stringify(readings)).toBeLessThan(MOST_BYTES_PER_EPISODE)
})
