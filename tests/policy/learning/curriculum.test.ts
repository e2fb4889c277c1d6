import { describe, expect, it } from 'vitest'
import {
  advanceCurriculum,
  type CurriculumState,
  curriculumFigures,
  difficultyOf,
  startCurriculum,
} from '../../../policy/learning/curriculum.ts'

const CONFIG = {
  initialWidth: 0.1,
  widthPerUpdate: 0.02,
  successGate: 0.4,
  gravityFrom: 1,
  goalDistanceFrom: 1,
}
/** Nominal in the middle of each range. */
const THREE = (['stiffness', 'gravity', 'tableHeightM'] as const).map((name) => ({
  name,
  lowShare: 0.5,
}))
const next = (state: CurriculumState, success: number) =>
  advanceCurriculum(state, { success, episodes: [] }, CONFIG)

describe('the curriculum', () => {
  it('stays narrow while the running success is at or below the gate', () => {
    let state = startCurriculum(CONFIG, THREE)
    for (let k = 0; k < 200; k++) state = next(state, 0.4)
    expect(state.width).toBe(0.1)
  })

  it('widens by one step per update once the running success passes the gate', () => {
    // 1 − 0.9ⁿ > 0.4 from n = 5 on
    let state = startCurriculum(CONFIG, THREE)
    for (let k = 0; k < 4; k++) state = next(state, 1)
    expect(state.width).toBe(0.1)
    state = next(state, 1)
    expect(state.width).toBeCloseTo(0.12, 12)
    for (let k = 0; k < 100; k++) state = next(state, 1)
    expect(state.width).toBe(1)
  })

  it('brings gravity and distance in with the width, whole at full width', () => {
    const config = { ...CONFIG, gravityFrom: 0, goalDistanceFrom: 0.4 }
    const ease = (width: number) => difficultyOf({ width, runningSuccess: 0 }, config).ease!
    expect(ease(0)).toEqual({ gravity: 0, goalDistance: 0.4 })
    expect(ease(0.5).gravity).toBeCloseTo(0.5, 12)
    expect(ease(0.5).goalDistance).toBeCloseTo(0.7, 12)
    expect(ease(1)).toEqual({ gravity: 1, goalDistance: 1 })
  })

  it('hands over to bounds that move by themselves when asked to', () => {
    const automatic = {
      pinnedShare: 0.5,
      bufferEpisodes: 10,
      highSuccess: 0.7,
      lowSuccess: 0.3,
      step: 0.05,
      mostWidth: 1,
    }
    const config = { ...CONFIG, automatic }
    const start = startCurriculum(config, THREE.slice(1))
    expect(difficultyOf(start, config).width).toEqual({
      low: [0.1, 0.1],
      high: [0.1, 0.1],
      pinnedShare: 0.5,
    })
    // Ten successes at the upper bound of the second parameter.
    const episodes = Array.from({ length: 10 }, () => ({ pinned: 3, isSuccess: true }))
    const state = advanceCurriculum(start, { success: 1, episodes }, config)
    expect(state.automatic!.high[1]).toBeCloseTo(0.15, 12)
    expect(state.width).toBeCloseTo((3 * 0.1 + 0.15) / 4, 12)
    // Ranges of 0.1 and 0.125 of their rules'.
    const entropy = (Math.log(0.1) + Math.log(0.125)) / 2
    expect(curriculumFigures(state)['randomizationEntropy']).toBeCloseTo(entropy, 12)
    // What a checkpoint stores is all there is.
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  })
})
