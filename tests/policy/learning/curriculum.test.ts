import { describe, expect, it } from 'vitest'
import { advanceCurriculum, startCurriculum } from '../../../policy/learning/curriculum.ts'

const CONFIG = { initialWidth: 0.1, widthPerUpdate: 0.02, successGate: 0.4 }

describe('the curriculum', () => {
  it('stays narrow while the running success is at or below the gate', () => {
    let state = startCurriculum(CONFIG)
    for (let k = 0; k < 200; k++) state = advanceCurriculum(state, 0.4, CONFIG)
    expect(state.width).toBe(0.1)
  })

  it('widens by one step per update once the running success passes the gate', () => {
    // 1 − 0.9ⁿ > 0.4 from n = 5 on
    let state = startCurriculum(CONFIG)
    for (let k = 0; k < 4; k++) state = advanceCurriculum(state, 1, CONFIG)
    expect(state.width).toBe(0.1)
    state = advanceCurriculum(state, 1, CONFIG)
    expect(state.width).toBeCloseTo(0.12, 12)
    for (let k = 0; k < 100; k++) state = advanceCurriculum(state, 1, CONFIG)
    expect(state.width).toBe(1)
  })
})
