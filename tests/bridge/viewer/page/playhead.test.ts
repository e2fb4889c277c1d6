import { describe, expect, it } from 'vitest'
import type { RunState } from '../../../../bridge/viewer/frames.ts'
import { Playhead } from '../../../../bridge/viewer/page/recording/playhead.ts'
import { Reel } from '../../../../bridge/viewer/page/recording/reel.ts'

describe('a playhead', () => {
  it('goes with the clock, slower or faster', () => {
    const head = new Playhead(10)
    head.advance(2)
    head.changeSpeed(-1)
    head.advance(2)
    expect(head.timeS).toBe(3)
    head.setSpeed(4)
    head.advance(1)
    expect(head.timeS).toBe(7)
    for (let k = 0; k < 20; k++) head.changeSpeed(1)
    expect(head.speed).toBe(8)
  })

  it('shows the end, then begins anew', () => {
    const head = new Playhead(10)
    head.advance(11)
    expect(head.timeS).toBe(10)
    head.advance(0.1)
    expect([head.timeS, head.isPlaying]).toEqual([0, true])
  })

  it('stops at the end where it does not loop, and plays from the beginning when asked again', () => {
    const head = new Playhead(10)
    head.isLooping = false
    head.advance(11)
    expect([head.timeS, head.isPlaying]).toEqual([10, false])
    head.toggle()
    expect([head.timeS, head.isPlaying]).toEqual([0, true])
  })

  it('stays within the recording, and where it is while it is stopped', () => {
    const head = new Playhead(10)
    head.toggle()
    head.seek(99)
    head.advance(1)
    expect(head.timeS).toBe(10)
    head.seek(-1)
    expect(head.timeS).toBe(0)
  })
})

describe('a reel', () => {
  const state = (timeS: number) => ({ timeS, state: { timeS } as RunState })
  const episode = (timeS: number, isSuccess: boolean) => ({
    timeS,
    episode: { episode: 0, finalDistanceM: 0, isSuccess },
  })
  const reel = new Reel([
    ...[0, 0.5, 1].map(state),
    episode(1, true),
    ...[1.5, 2].map(state),
    episode(2, false),
  ])

  it('has the states after one moment and up to another', () => {
    const times = (from: number, to: number) => reel.statesIn(from, to).map(({ timeS }) => timeS)
    expect(times(0, 1)).toEqual([0.5, 1])
    expect(times(-20, 0.4)).toEqual([0])
    expect(times(1.1, 1.2)).toEqual([])
  })

  it('counts only what had ended by then', () => {
    expect(reel.episodesUpTo(0.99).counts).toEqual({ episodes: 0, successes: 0 })
    expect(reel.episodesUpTo(1).counts).toEqual({ episodes: 1, successes: 1 })
    expect(reel.episodesUpTo(9).counts).toEqual({ episodes: 2, successes: 1 })
  })

  it('steps from the state that is shown to the one beside it, not beyond the ends', () => {
    expect(reel.stepFrom(0.7, 1)).toBe(1)
    expect(reel.stepFrom(0.7, -1)).toBe(0)
    expect(reel.stepFrom(0, -1)).toBe(0)
    expect(reel.stepFrom(2, 1)).toBe(2)
  })
})
