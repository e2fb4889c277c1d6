import { expect, it } from 'vitest'
import { exciteTwin } from '../../bridge/deploy/excite-twin.ts'
import { loadDeployConfig } from '../../bridge/deploy/load-deploy-config.node.ts'
import { TRACK_TOPICS, trackArm } from '../../bridge/recording/arm-track.ts'
import type { RecordedMessage } from '../../bridge/recording/topics.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { realityFromArm } from '../../sim/identify/arm-configs.ts'
import { fitArm } from '../../sim/identify/fit-arm.ts'
import { loadReality } from '../../sim/world/reality.node.ts'
import { realitySchema } from '../../sim/world/reality.schema.ts'
import { drawReality, type Reality } from '../../sim/world/reality.ts'

const arm = loadArmDescription('so101')
const topics: readonly string[] = TRACK_TOPICS

/** What `record --excite` and `identify` make of a set-up. */
async function identify(reality: Reality) {
  const told: RecordedMessage[] = []
  const { cycles, timing } = await exciteTwin({
    ...{ arm, reality, seed: 0, isParked: false, amplitudeRad: 0.6, durationS: 20 },
    config: loadDeployConfig(arm.name),
    signal: new AbortController().signal,
    onStarted() {},
    onProgress() {},
    recorder: {
      write: (messages) =>
        void told.push(...messages.filter(({ topic }) => topics.includes(topic))),
    },
  })
  const fit = await fitArm([trackArm(told)], compileArm(arm), { maxIterations: 8 })
  return { fit, missedShare: timing.loop.missed / cycles }
}

it('a reality from a fit runs in time, and its delay is found again', async () => {
  const { fit: first } = await identify(loadReality('workshop'))
  const text = realityFromArm(first, arm, ['swing.mcap'])
  const reality = drawReality(realitySchema.parse(text), new RandomStream(0))
  const { fit: again, missedShare } = await identify(reality)
  expect(missedShare).toBeLessThan(0.02)
  expect(again.commandDelayS.low).toBeLessThan(first.commandDelayS.value)
  expect(again.commandDelayS.high).toBeGreaterThan(first.commandDelayS.value)
})
