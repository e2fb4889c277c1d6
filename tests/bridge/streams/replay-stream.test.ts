import { describe, expect, it } from 'vitest'
import { secondsOf } from '../../../bridge/recording/ros-values.ts'
import { MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { ReplayStream } from '../../../bridge/streams/replay-stream.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

const RECORDED_S = 1_600_000_000
const NOW_S = 1_700_000_000

/** A message that was recorded `delayS` after its capture. */
const recorded = (timeS: number, delayS: number, x: number) => ({
  topic: '/object/pose',
  epochS: RECORDED_S + timeS,
  message: poseStamped(RECORDED_S + timeS - delayS, 'base', [x, 0, 0]),
})

function play(messages: ConstructorParameters<typeof ReplayStream>[0]) {
  const clock = new VirtualClock()
  const stream = new ReplayStream(messages, clock, () => NOW_S + clock.now())
  const seen: { timeS: number; ageS: number; x: number }[] = []
  const subscription = stream.subscribe('/object/pose', MESSAGE_TYPE.poseStamped, (message) => {
    const ageS = NOW_S + clock.now() - secondsOf(message.header.stamp)
    seen.push({ timeS: clock.now(), ageS, x: message.pose.position.x })
  })
  const wait = (timeS: number) => clock.run(() => clock.sleepUntil(timeS))
  return { stream, seen, subscription, wait }
}

describe('a replayed topic', () => {
  it('comes at the times at which it was recorded, as old as it was', async () => {
    const { seen, wait } = play([
      recorded(0, 0.08, 1),
      recorded(0.05, 0.06, 2),
      recorded(0.4, 0.25, 3),
    ])
    await wait(1)
    expect(seen.map(({ x }) => x)).toEqual([1, 2, 3])
    // Seconds since 1970 are known to 0.2 µs.
    for (const [k, timeS] of [0, 0.05, 0.4].entries()) expect(seen[k]!.timeS).toBeCloseTo(timeS, 5)
    for (const [k, ageS] of [0.08, 0.06, 0.25].entries()) expect(seen[k]!.ageS).toBeCloseTo(ageS, 5)
  })

  it('leaves a stamp of zero alone', async () => {
    const message = poseStamped(0, 'base', [1, 0, 0])
    const { seen, wait } = play([{ topic: '/object/pose', epochS: RECORDED_S, message }])
    await wait(1)
    expect(seen[0]!.ageS).toBeGreaterThan(NOW_S - 1)
  })

  it('counts what is of another type, and plays on', async () => {
    const odd = { topic: '/object/pose', epochS: RECORDED_S, message: { data: true } }
    const { seen, stream, wait } = play([odd, recorded(0.1, 0, 2)])
    await wait(1)
    expect([stream.numMalformed, seen.length]).toEqual([1, 1])
    expect(stream.trouble).toMatch(/is no geometry_msgs\/msg\/PoseStamped/)
  })

  it('ends when it is closed', async () => {
    const { seen, stream, wait } = play([recorded(0, 0, 1), recorded(0.5, 0, 2)])
    await wait(0.1)
    stream.close()
    await wait(1)
    expect(seen).toHaveLength(1)
  })
})
