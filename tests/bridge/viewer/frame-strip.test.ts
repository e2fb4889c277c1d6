import { describe, expect, it } from 'vitest'
import { FrameStrip } from '../../../bridge/viewer/frame-strip.ts'
import type { RunEpisode, RunState } from '../../../bridge/viewer/frames.ts'
import type { RecordingFrame } from '../../../bridge/viewer/recording-frames.ts'

const stateAt = (timeS: number): RecordingFrame => ({ timeS, state: {} as RunState })
const endAt = (timeS: number): RecordingFrame => ({ timeS, episode: {} as RunEpisode })

/** Times of what it keeps, at most `most` states; episodes as negative numbers. */
function kept(frames: readonly RecordingFrame[], most: number) {
  const strip = new FrameStrip((frame) => ('state' in frame ? frame.timeS : -frame.timeS), most)
  const firstEveryS = strip.everyS
  for (const frame of frames) strip.push(frame)
  return { times: strip.frames, coarser: strip.everyS / firstEveryS, isThinned: strip.isThinned }
}

describe('a strip of frames', () => {
  it('keeps all while there are few', () => {
    const frames = [1, 2, 3, 4].map(stateAt)
    expect(kept(frames, 4)).toEqual({ times: [1, 2, 3, 4], coarser: 1, isThinned: false })
  })

  it('drops every second state of too many, and asks for half as many from then on', () => {
    const frames = [1, 2, 3, 4, 5].map(stateAt)
    // The newest stays too: what happens next is shown with it.
    expect(kept(frames, 4)).toEqual({ times: [1, 3, 4, 5], coarser: 2, isThinned: true })
    const longer = [...frames, stateAt(7)]
    expect(kept(longer, 4)).toEqual({ times: [1, 4, 5, 7], coarser: 4, isThinned: true })
  })

  it('never drops the end of an episode, nor the state that is shown at it', () => {
    const frames = [stateAt(1), stateAt(2), endAt(2.5), ...[3, 4, 5, 6].map(stateAt)]
    expect(kept(frames, 5).times).toEqual([1, 2, -2.5, 3, 5, 6])
    const atOnce = [...[1, 2, 3, 4, 5].map(stateAt), endAt(5.5)]
    expect(kept(atOnce, 4).times.slice(-2)).toEqual([5, -5.5])
  })

  it('goes on where hardly any state may go', () => {
    const frames = Array.from({ length: 40 }, (_, k) => [stateAt(k + 1), endAt(k + 1)]).flat()
    expect(kept(frames, 4).times).toHaveLength(frames.length)
  })
})
