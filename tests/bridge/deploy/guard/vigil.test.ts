import { beforeEach, describe, expect, it } from 'vitest'
import { type GuardOrders, SIGN } from '../../../../bridge/deploy/guard/orders.ts'
import { Vigil } from '../../../../bridge/deploy/guard/vigil.ts'
import { deployConfig } from '../loop-setup.ts'

const HANG_S = deployConfig.guard.hangS
const LOOK_S = 0.1

let nowS: number
let vigil: Vigil
beforeEach(() => {
  nowS = 100
  vigil = new Vigil(() => nowS)
  vigil.begin({ config: deployConfig } as GuardOrders)
})

/** Looks every 0.1 s, as the process does; the first alarm. */
function lookFor(seconds: number, each: () => void = () => {}) {
  const endS = nowS + seconds
  while (nowS < endS) {
    nowS += LOOK_S
    each()
    const alarm = vigil.look()
    if (alarm !== undefined) return alarm
  }
  return undefined
}

describe('Vigil', () => {
  it('is over, without alarm, when the control process ends before it had torque', () => {
    vigil.hearEnd()
    expect(vigil.look()).toBeUndefined()
    expect(vigil.isOver).toBe(true)
  })

  it('gives the alarm when the control process ends while it has torque', () => {
    vigil.hear(SIGN.watch)
    vigil.hearEnd()
    expect(vigil.look()).toBe('gone')
  })

  it('is over when the arm was left in good order before the end', () => {
    vigil.hear(SIGN.watch)
    vigil.hear(SIGN.standDown)
    vigil.hearEnd()
    expect(vigil.look()).toBeUndefined()
    expect(vigil.isOver).toBe(true)
  })

  it('gives the alarm after hangS of silence, not before, and not while there are signs of life', () => {
    vigil.hear(SIGN.watch)
    expect(lookFor(5 * HANG_S, () => vigil.hear(SIGN.alive))).toBeUndefined()
    expect(lookFor(HANG_S - LOOK_S)).toBeUndefined()
    expect(lookFor(3 * LOOK_S)).toBe('hangs')
  })

  it('does not mind silence while the arm has no torque', () => {
    expect(lookFor(5 * HANG_S)).toBeUndefined()
  })

  it('does not count the time that the whole computer slept', () => {
    vigil.hear(SIGN.watch)
    vigil.look()
    nowS += 3600
    expect(vigil.look()).toBeUndefined()
    expect(lookFor(2 * HANG_S)).toBe('hangs')
  })
})
