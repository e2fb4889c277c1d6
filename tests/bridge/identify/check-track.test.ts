import { describe, expect, it } from 'vitest'
import { checkTrack } from '../../../bridge/identify/check-track.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'

const model = { name: 'pair', jointNames: ['a', 'b'] }

function recorded(
  at: (k: number) => number[],
  { cycles = 1000, rateHz = 100, jointNames = ['b', 'a'], arm = 'pair' } = {},
) {
  const rows = Array.from({ length: cycles }, (_, k) => Float64Array.from(at(k)))
  const timeS = Float64Array.from(rows, (_, k) => k / rateHz)
  const track: ArmTrack = { jointNames, beganS: 0, timeS, measured: rows, command: rows }
  return { file: 'swing.mcap', track, arm: { name: arm } }
}
const swing = (k: number) => [0, 0.1 * Math.sin(0.05 * k)]

describe('a recording to fit an arm to', () => {
  it('is taken where a joint moves, whatever the order of the joints', () => {
    expect(() => checkTrack(recorded(swing), model)).not.toThrow()
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
