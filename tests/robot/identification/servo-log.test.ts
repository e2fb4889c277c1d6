import { describe, expect, it } from 'vitest'
import { parseServoLog } from '../../../robot/identification/servo-log.ts'
import { createRollout } from '../../../robot/identification/servo-rollout.ts'
import { firmware } from './synthetic-log.ts'

const entry = (i: number) => ({
  timestamp: 0.003 + 0.01 * i,
  goal_position: 0.1 * i,
  position: 0.02 * i,
  speed: 0.5,
  load: i % 2 === 0 ? 7 : 65531,
  input_volts: 7.4,
  temp: 30,
  torque_enable: i < 30,
})
const entries = Array.from({ length: 40 }, (_, i) => entry(i))
const log = { mass: 0.49, length: 0.1, kp: 100, vin: 7.5, motor: 'xl330', entries }
const parse = (content: unknown) => parseServoLog(JSON.stringify(content), 'a.json')

describe('a servo log', () => {
  it('is read with its units, signs and torque flag', () => {
    const read = parse(log)
    expect(read).toMatchObject({ servo: 'xl330', gain: 100, supplyV: 7.5 })
    expect(read.pendulum).toEqual({ massKg: 0.49, lengthM: 0.1, barMassKg: 0 })
    expect([...read.dutyTicks.slice(0, 2)]).toEqual([7, -5])
    expect([...read.isOn.slice(28, 32)]).toEqual([1, 1, 0, 0])
  })

  it.each([
    ['no JSON', '{"mass": 1', /is no JSON/],
    ['no mass', { ...log, mass: undefined }, /a.json mass: /],
    [
      'text for a number',
      { ...log, entries: [{ ...entry(0), position: 'x' }] },
      /entries\.0\.position/,
    ],
    ['too few entries', { ...log, entries: entries.slice(0, 5) }, /at least 20 entries, found 5/],
    [
      'time that stands still',
      { ...log, entries: [...entries, entries.at(-1)] },
      /run forward at entry 40/,
    ],
    [
      'time that runs backwards',
      { ...log, entries: [...entries, entry(20)] },
      /run forward at entry 40 \(0.203 s\)/,
    ],
    [
      'a time that is not finite',
      JSON.stringify(log).replace('"timestamp":0.003', '"timestamp":1e999'),
      /entries\.0\.timestamp/,
    ],
    ['a gap', { ...log, entries: [...entries, entry(90)] }, /no gap above 0.25 s/],
    [
      'a servo that never moved',
      { ...log, entries: entries.map((e) => ({ ...e, position: 1 })) },
      /never moved/,
    ],
  ])('with %s is refused by code and place', (_, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    expect(() => parseServoLog(text, 'a.json')).toThrow(message)
    expect(() => parseServoLog(text, 'a.json')).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/ROBOT_LOG_INVALID|CONFIG_INVALID/),
        hint: expect.stringMatching(/what a log must hold|cut short/),
      }),
    )
  })
})

describe('a rollout', () => {
  it('is the log on a grid of 5 ms, linear between samples', () => {
    const { positionRad } = createRollout(parse(log), firmware)
    // 0.02 rad every 10 ms from 3 ms on, up to the last sample at 0.393 s.
    expect(positionRad).toHaveLength(79)
    expect(positionRad[1]).toBeCloseTo(0.004, 12)
    expect(positionRad[50]).toBeCloseTo(2 * (0.25 - 0.003), 12)
  })

  it.each([20, 1.7e9, -3])(
    'begins with the first entry where the clock began at %d s',
    (firstS) => {
      const later = entries.map((e) => ({ ...e, timestamp: firstS + e.timestamp - 0.003 }))
      const { positionRad } = createRollout(parse({ ...log, entries: later }), firmware)
      // 0.02 rad every 10 ms from the first entry on, up to the last at 0.39 s; a stamp since 1970 has 0.2 µs.
      expect(Math.abs(positionRad.length - 78)).toBeLessThanOrEqual(1)
      for (const k of [0, 1, 50]) expect(positionRad[k]).toBeCloseTo(0.01 * k, 5)
    },
  )

  it('takes the supply without load from the moments without load', () => {
    // Duty is 1 per rad of error and the error 0.08 per entry: only the first two and those without torque idle.
    const sagging = entries.map((e, i) => ({ ...e, input_volts: i > 1 && i < 30 ? 6 : 7.2 }))
    expect(createRollout(parse({ ...log, entries: sagging }), firmware).openVoltageV).toBeCloseTo(
      7.2,
      9,
    )
    const silent = entries.map(({ input_volts: _, ...rest }) => rest)
    expect(createRollout(parse({ ...log, entries: silent }), firmware).openVoltageV).toBe(7.5)
  })
})
