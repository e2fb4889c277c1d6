import { describe, expect, it } from 'vitest'
import { cutEpisodes } from '../../../bridge/lerobot/cut-episodes.ts'
import { episodeSpans } from '../../../bridge/recording/episode-spans.ts'
import { splitEpisodes } from '../../../bridge/recording/read-demonstrations.node.ts'
import { createRecordTap } from '../../../bridge/recording/record-tap.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'
import { deployConfig, type LoopChanges, setUpLoop, spec } from '../deploy/loop-setup.ts'
import { BEGAN_S, cycle, policyStep, seenAt, verdict } from '../lerobot/recorded-messages.ts'
import { EPOCH_S } from './record-loop.ts'

const EPISODE_S = 1
/** Policy steps in an episode; the last frame of a dataset has no command after it. */
const STEPS = EPISODE_S * spec.control.policyRateHz
const FRAMES = STEPS - 1

interface Run extends LoopChanges {
  /** From the start [s]. */
  readonly endS: number
  /** Another goal each, and a reset with it [s]. */
  readonly goalsS?: readonly number[]
  /** Resets without another goal [s]. */
  readonly resetsS?: readonly number[]
}

/** A loop of short episodes, all of which succeed, as demonstrations and as a dataset. */
async function play({ endS, goalsS = [], resetsS = [], ...changes }: Run) {
  const messages: RecordedMessage[] = []
  const { clock, driver, ending, goal, loop, requests } = setUpLoop({
    ...{ episodeS: EPISODE_S, thresholdM: 1, ...changes },
  })
  loop.tap = createRecordTap({
    sinks: [{ write: (batch) => void messages.push(...batch) }],
    ...{ jointNames: driver.jointNames, epochOffsetS: EPOCH_S, frame: 'base' },
  })
  const begin = loop.started.then(() => {
    const later = (timesS: readonly number[], run: (k: number) => void) => {
      for (const [k, timeS] of timesS.entries()) clock.schedule(clock.now() + timeS, () => run(k))
    }
    later(goalsS, (k) => goal.set(0.2, 0.05 + 0.01 * k))
    later([...goalsS, ...resetsS], () => {
      requests.hasReset = true
    })
    later([endS], () => ending.abort())
  })
  await clock.run(() => loop.run())
  await begin
  const episodes = cutEpisodes(messages, spec.control.policyRateHz, 'push')
  return {
    demonstrated: splitEpisodes(messages).map(({ action }) => action.length),
    frames: episodes.map(({ state }) => state.length),
    verdicts: episodes.map(({ isSuccess }) => isSuccess),
  }
}

const three = {
  demonstrated: [STEPS, STEPS, STEPS],
  frames: [FRAMES, FRAMES, FRAMES],
  verdicts: [true, true, true],
}

describe('the episodes of a recorded run', () => {
  it('follow each other where the next is named in time', async () => {
    expect(await play({ goalsS: [1, 2], endS: 3.1 })).toEqual(three)
  })

  it('do not begin while nobody has named the next', async () => {
    expect(await play({ goalsS: [1.7, 3.4], endS: 5 })).toEqual(three)
  })

  it('do not begin while the arm waits at its start', async () => {
    const { startBox } = deployConfig.softStart
    expect(await play({ goalsS: [4, 8], endS: 12, toolStart: startBox })).toEqual(three)
  })

  it('repeat a fixed goal', async () => {
    expect(await play({ hasFixedGoal: true, endS: 3.02 })).toEqual(three)
  })

  it('have the same goal again after a reset', async () => {
    expect(await play({ resetsS: [1.7, 3.4], endS: 5 })).toEqual(three)
  })

  it('leave out what a reset to the same goal has cut short', async () => {
    expect(await play({ resetsS: [0.5, 1.8], endS: 2.9 })).toEqual({
      demonstrated: [STEPS, STEPS],
      frames: [FRAMES, FRAMES],
      verdicts: [true, true],
    })
  })

  it('keep what another goal, or the end, has cut short, without a verdict', async () => {
    const { demonstrated, frames, verdicts } = await play({ goalsS: [1.7, 2.1], endS: 2.5 })
    expect(demonstrated).toEqual([STEPS])
    expect(frames).toEqual([FRAMES, 9, 9])
    expect(verdicts).toEqual([true, null, null])
  })
})

describe('the spans of a recording', () => {
  const commands = [0, 1, 2].flatMap((k) => cycle(k, k, k))

  it('are the whole of one without policy, from its first command', () => {
    expect(episodeSpans(commands)).toEqual([{ first: 1, beganS: BEGAN_S, end: 6, isSuccess: null }])
  })

  it('begin behind the last verdict where one does not tell how long it took', () => {
    const messages = [policyStep(0), verdict(1, true), policyStep(1), verdict(2, false)]
    expect(episodeSpans(messages)).toEqual([
      { first: 0, beganS: BEGAN_S, end: 1, isSuccess: true },
      { first: 2, beganS: BEGAN_S + 1, end: 3, isSuccess: false },
    ])
  })

  it('begin with the step before the goal that has its stamp', () => {
    const messages = [0, 1].flatMap((k) => [policyStep(k), seenAt(k, '/goal/pose', k)])
    expect(episodeSpans(messages)).toEqual([
      { first: 0, beganS: BEGAN_S, end: 2, isSuccess: null },
      { first: 2, beganS: BEGAN_S + 1, end: 4, isSuccess: null },
    ])
  })

  it('are none where nothing was done', () => {
    expect(episodeSpans([])).toEqual([])
  })
})
