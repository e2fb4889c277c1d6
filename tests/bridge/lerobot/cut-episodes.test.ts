import { describe, expect, it } from 'vitest'
import { cutEpisodes } from '../../../bridge/lerobot/cut-episodes.ts'
import { passing } from '../recording/passing-messages.ts'
import { cycle, JOINTS, policyStep, seenAt, verdict } from './recorded-messages.ts'

const first = (rows: readonly Float64Array[]) => rows.map((row) => row[0])

describe('the episodes of a recording', () => {
  it('are frames at a fixed rate: what was measured then, and the last command before the next', () => {
    // Cycles at 10 Hz, frames at 5 Hz: a frame at 0.0, 0.2 and 0.4 s; the one at 0.6 s never ends.
    const messages = [0, 1, 2, 3, 4, 5, 6].flatMap((k) => cycle(k / 10, k, 100 + k))
    const [episode, ...more] = cutEpisodes(messages, 5, 'swing')
    expect(more).toEqual([])
    expect(episode).toMatchObject({ task: 'swing', joints: JOINTS, isSuccess: null })
    expect(first(episode!.state)).toEqual([0, 2, 4])
    expect(first(episode!.action)).toEqual([101, 103, 105])
    expect(episode!.state[1]).toEqual(Float64Array.of(2, -2))
  })

  it('begin with the policy and end with the verdict; the waiting in between is left out', () => {
    const messages = [
      ...cycle(0, 9, 9),
      ...[1, 2, 3].flatMap((k) => [...cycle(k, k, 10 + k), policyStep(k)]),
      verdict(3, true, 2),
      policyStep(3),
      ...cycle(4, 9, 9),
      policyStep(4),
      policyStep(5),
      seenAt(5, '/goal/pose', 0.2),
      ...cycle(5, 5, 15),
      ...[6, 7].flatMap((k) => [policyStep(k), ...cycle(k, k, 10 + k)]),
    ]
    const [one, two] = cutEpisodes(messages, 1, 'push')
    expect(one).toMatchObject({ isSuccess: true })
    expect(first(one!.state)).toEqual([1, 2])
    expect(first(one!.action)).toEqual([11, 12])
    expect(two).toMatchObject({ isSuccess: null })
    expect(first(two!.action)).toEqual([15, 16])
  })

  it('hold no message, however long the recording is', () => {
    const messages = [0, 1, 2, 3, 4, 5, 6].flatMap((k) => [
      policyStep(k),
      seenAt(k, '/object/pose', k),
      ...(k % 3 === 0 ? [seenAt(k, '/goal/pose', 50 + k)] : []),
      ...cycle(k + 0.01, k, k),
    ])
    const episodes = cutEpisodes(passing(messages), 1, 'push')
    expect(episodes.length).toBeGreaterThan(1)
    expect(episodes).toEqual(cutEpisodes(messages, 1, 'push'))
  })

  it('end also with the next goal, as in a run that somebody else judges', () => {
    const messages = [0, 1, 2, 3, 4, 5].flatMap((k) => [
      policyStep(k),
      seenAt(k, '/object/pose', k),
      ...(k === 0 || k === 3 ? [seenAt(k, '/goal/pose', 50 + k)] : []),
      ...cycle(k + 0.01, k, k),
    ])
    const episodes = cutEpisodes([...cycle(-1, 0, 0), ...messages], 1, 'push')
    expect(episodes.map(({ state }) => state.length)).toEqual([2, 2])
    expect(episodes.map(({ surroundings }) => surroundings[0]![4])).toEqual([50, 53])
  })

  it('know object and goal from the first frame on: x, y, z, yaw and x, y, z', () => {
    const messages = [
      ...cycle(-1, 0, 0),
      policyStep(0),
      seenAt(0, '/object/pose', 0.3),
      seenAt(0, '/goal/pose', 0.2),
      ...[0.5, 1.5].flatMap((timeS) => cycle(timeS, 0, 0)),
    ]
    const [episode] = cutEpisodes(messages, 1, 'push')
    const [x, y, z, yaw, ...goal] = episode!.surroundings[0]!
    expect([x, y, z, ...goal]).toEqual([0.3, 0.1, 0.02, 0.2, 0.1, 0.02])
    expect(yaw).toBeCloseTo(Math.PI / 2, 12)
  })

  it('are none where nothing was commanded', () => {
    expect(cutEpisodes([], 30, 'push')).toEqual([])
    expect(cutEpisodes([policyStep(0)], 30, 'push')).toEqual([])
  })
})
