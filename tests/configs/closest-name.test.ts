import { describe, expect, it } from 'vitest'
import { closestName } from '../../configs/load/closest-name.ts'

describe('closestName', () => {
  it.each([
    ['trian', 'train'],
    ['EVAL', 'eval'],
    ['doctr', 'doctor'],
  ])('takes %s for %s', (name, meant) => {
    expect(closestName(name, ['train', 'eval', 'doctor'])).toBe(meant)
  })

  it('guesses nothing when nothing is near', () => {
    expect(closestName('bicycle', ['train', 'eval'])).toBeUndefined()
  })
})
