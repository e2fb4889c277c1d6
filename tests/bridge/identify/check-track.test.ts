import { describe, expect, it } from 'vitest'
import { checkTrack } from '../../../bridge/identify/check-track.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'

const model = { name: 'pair', jointNames: ['a', 'b'] }

function recorded(
  at: (k: number) => number[],
  { cycles = 1000, rateHz = 100, jointNames = ['b', 'a'], arm = 'pair', other = {} } = {},
) {
  const rows = Array.from({ length: cycles }, (_, k) => Float64Array.from(at(k)))
  const timeS = Float64Array.from(rows, (_, k) => k / rateHz)
  const track: ArmTrack = { jointNames, beganS: 0, timeS, measured: rows, command: rows, ...other }
  return { file: 'swing.mcap', track, arm: { name: arm } }
}
const rows = (at: (k: number) => number[]) =>
  Array.from({ length: 1000 }, (_, k) => Float64Array.from(at(k)))
/** At 100 Hz [s]. */
const times = (at: (k: number) => number) =>
  Float64Array.from({ length: 1000 }, (_, k) => at(k) / 100)
const swing = (k: number) => [0, 0.1 * Math.sin(0.05 * k)]

describe('a recording to fit an arm to', () => {
  it('is taken where a joint moves, whatever the order of the joints', () => {
    expect(() => checkTrack(recorded(swing), model)).not.toThrow()
  })

  it('is taken with a message twice, a pause, and positions from before their commands', () => {
    const timeS = times((k) => Math.floor(k / 2) * 2 + (k > 500 ? 200 : 0))
    const measuredS = timeS.map((now) => now - 0.03)
    expect(() => checkTrack(recorded(swing, { other: { timeS, measuredS } }), model)).not.toThrow()
  })

  it.each([
    ['of another arm', recorded(swing, { arm: 'other' }), /of a other, not of a pair/],
    ['without a joint', recorded((k) => [k], { jointNames: ['a'] }), /no joint b/],
    ['of two seconds', recorded(swing, { cycles: 200 }), /2\.0 s long/],
    ['of five commands per second', recorded(swing, { rateHz: 5 }), /5\.0 commands per second/],
    [
      'with a hole',
      recorded((k) => [k === 250 ? Number.NaN : 0, 0.1 * k]),
      /no number: b at 2\.50 s/,
    ],
    [
      'of an arm that stands still',
      recorded((k) => [0, k % 2 === 0 ? 0.001 : 0]),
      /still, within 0\.001/,
    ],
    [
      'whose clock was set back',
      recorded(swing, { other: { timeS: times((k) => (k < 600 ? k : k - 5)) } }),
      /backwards at 5\.99 s/,
    ],
    [
      'whose positions have stamps of another clock',
      recorded(swing, { other: { measuredS: times((k) => k + 300) } }),
      /-3\.000 s old when its command goes out, at 0\.00 s/,
    ],
    [
      'of a joint that is told to move and does not',
      recorded(swing, { other: { command: rows((k) => [Math.sin(0.05 * k), 0]) } }),
      /a b that was told to turn 2\.00 rad/,
    ],
  ])('%s is refused by code, with what to do', (_, run, message) => {
    const refused = () => checkTrack(run, model)
    expect(refused).toThrow(message)
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_RECORDING_INVALID',
        hint: expect.stringMatching(/\w/),
      }),
    )
  })
})
