import { describe, expect, it } from 'vitest'
import type { RunScene, RunState } from '../../../bridge/viewer/frames.ts'
import {
  framesOfRecording,
  type RecordingFrame,
  SHOWN_TOPICS,
} from '../../../bridge/viewer/recording-frames.ts'
import { restingScene } from '../../../bridge/viewer/resting-scene.ts'
import { so101 } from '../../sim/push-setup.ts'
import { recordLoop } from '../recording/record-loop.ts'

const scene: RunScene = restingScene(so101)

async function frames() {
  const all = await recordLoop()
  const messages = all.filter(({ topic }) => (SHOWN_TOPICS as readonly string[]).includes(topic))
  const metadata = { scene: JSON.stringify(scene) }
  return framesOfRecording('run.mcap', { metadata, messages, isComplete: true })
}

const stateOf = (frame: RecordingFrame): RunState[] => ('state' in frame ? [frame.state] : [])

describe('the frames of a recording', () => {
  it('are states at about the rate of the policy, in order, with what was measured and seen', async () => {
    const { frames: list, durationS, scene: shown } = await frames()
    expect(shown).toEqual(JSON.parse(JSON.stringify(scene)))
    const states = list.flatMap(stateOf)
    expect(states.length / durationS).toBeGreaterThan(20)
    expect(states.length / durationS).toBeLessThan(27)
    for (const [k, { timeS }] of list.entries()) {
      expect(timeS).toBeGreaterThanOrEqual(list[Math.max(0, k - 1)]!.timeS)
    }
    const last = states.at(-1)!
    // The loop's camera sees the object at 0.25, 0, at most 1/30 s ago and a policy step; its goal is 0.3, 0.05.
    expect(last.objects[0]!.position[0]).toBeCloseTo(0.25, 6)
    expect(last.objects[0]!.position[2]).toBeGreaterThan(0.01)
    expect(last.objectAgeS).toBeLessThan(0.1)
    expect(last.goal).toEqual({ x: 0.3, y: 0.05 })
    expect(last.q).toHaveLength(5)
    expect(last.action).toHaveLength(3)
    expect(new Set(states.map(({ q }) => q[0])).size).toBeGreaterThan(10)
  })

  it('are refused for a recording that does not say what it shows, or is empty', () => {
    const empty = { messages: [], isComplete: true }
    const refuse = (metadata: Record<string, string>) => () =>
      framesOfRecording('x.mcap', { ...empty, metadata })
    expect(refuse({})).toThrow(/x\.mcap does not say what it shows/)
    expect(refuse({ scene: JSON.stringify(scene) })).toThrow(/x\.mcap is empty/)
  })
})
