import { describe, expect, it } from 'vitest'
import { trackObject } from '../../../bridge/recording/object-track.ts'

const BEGAN_S = 1_700_000_000

/** An object seen at x, captured at a time, turned a quarter. */
const seen = (timeS: number, x: number) => ({
  topic: '/object/pose',
  epochS: BEGAN_S + timeS + 0.1,
  message: {
    header: { stamp: { sec: BEGAN_S + Math.floor(timeS), nanosec: (timeS % 1) * 1e9 } },
    pose: {
      position: { x, y: 0.1, z: 0 },
      orientation: { x: 0, y: 0, z: Math.SQRT1_2, w: Math.SQRT1_2 },
    },
  },
})

describe('the track of an object', () => {
  it('goes by the time of capture, not of arrival', () => {
    const [one] = trackObject([seen(2.5, 0.2)], BEGAN_S)
    expect(one).toMatchObject({ timeS: 2.5, xM: 0.2, yM: 0.1, isFirst: true })
    expect(one!.yawRad).toBeCloseTo(Math.PI / 2, 12)
  })

  it('begins anew where nobody can have pushed it', () => {
    // 3 cm in 0.1 s is a push; 3 cm in 0.02 s is a hand, 15 cm in 0.1 s too.
    const places = [0, 0.1, 0.12, 0.22].map((timeS, k) => seen(timeS, [0.2, 0.23, 0.26, 0.41][k]!))
    const firsts = trackObject(places, BEGAN_S).map(({ isFirst }) => isFirst)
    expect(firsts).toEqual([true, false, true, true])
  })

  it('leaves out what was captured earlier than the one before, and other topics', () => {
    const messages = [seen(1, 0.2), seen(0.5, 0.2), { ...seen(2, 0.2), topic: '/goal/pose' }]
    expect(trackObject(messages, BEGAN_S)).toHaveLength(1)
  })
})
