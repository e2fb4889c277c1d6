import { describe, expect, it } from 'vitest'
import { JogKeys } from '../../../bridge/cli/jog-keys.ts'

const DEAD_MAN_S = 0.2
const heard = (text: string, timeS = 0): JogKeys => {
  const keys = new JogKeys(6, DEAD_MAN_S)
  keys.hear(text, timeS)
  return keys
}

describe('the keys of jog', () => {
  // The bytes that xterm sends, in both of its cursor modes.
  it.each([
    ['1', { kind: 'joint', index: 0, direction: 1 }],
    ['q', { kind: 'joint', index: 0, direction: -1 }],
    ['Q', { kind: 'joint', index: 0, direction: -1 }],
    ['6', { kind: 'joint', index: 5, direction: 1 }],
    ['z', { kind: 'joint', index: 5, direction: -1 }],
    ['\x1b[A', { kind: 'tool', index: 0, direction: 1 }],
    ['\x1bOB', { kind: 'tool', index: 0, direction: -1 }],
    ['\x1b[D', { kind: 'tool', index: 1, direction: 1 }],
    ['\x1b[C', { kind: 'tool', index: 1, direction: -1 }],
    ['\x1b[5~', { kind: 'tool', index: 2, direction: 1 }],
    ['j', { kind: 'tool', index: 2, direction: -1 }],
    ['111q', { kind: 'joint', index: 0, direction: -1 }],
    ['1 ', undefined],
    ['1\x1b[3~', undefined],
    ['7', undefined],
  ])('%j asks for %o', (text, motion) => {
    expect(heard(text).held(0)).toEqual(motion)
  })

  it('are let go when they were not heard again in time', () => {
    const keys = heard('1', 10)
    expect(keys.held(10.19)).toBeDefined()
    keys.hear('1', 10.19)
    expect(keys.held(10.38)).toBeDefined()
    expect(keys.held(10.4)).toBeUndefined()
  })

  it('know no joint that the arm has not', () => {
    const keys = new JogKeys(5, DEAD_MAN_S)
    keys.hear('6', 0)
    expect(keys.held(0)).toBeUndefined()
  })

  it('make it slower and faster, never faster than full', () => {
    const keys = heard('---')
    expect(keys.share).toBeCloseTo(0.343)
    keys.hear('+++++', 0)
    expect(keys.share).toBe(1)
  })

  it('end it, or interrupt it where the terminal sends no signal', () => {
    expect(heard('x')).toMatchObject({ isOver: true, isInterrupted: false })
    expect(heard('\x03')).toMatchObject({ isOver: false, isInterrupted: true })
  })
})
