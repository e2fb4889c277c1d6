import { describe, expect, it } from 'vitest'
import { pickFastest } from '../../../policy/backends/choose-backend.node.ts'

describe('the choice of a backend', () => {
  it('is the fastest, and tells what was measured', () => {
    const choice = pickFastest([
      ['wasm', { updateS: 0.05 }],
      ['tensorflow', { updateS: 0.0312 }],
    ])
    expect(choice).toEqual({
      name: 'tensorflow',
      reason: 'tensorflow 31.2 ms an update, wasm 50.0 ms an update',
    })
  })

  it('passes over what cannot run here, and says why', () => {
    const choice = pickFastest([
      ['wasm', { updateS: 0.05 }],
      ['webgpu', { failure: 'no GPU' }],
    ])
    expect(choice).toEqual({
      name: 'wasm',
      reason: 'wasm 50.0 ms an update, webgpu not usable (no GPU)',
    })
  })

  it('is wasm when nothing could be measured', () => {
    expect(pickFastest([['tensorflow', { failure: 'its process ended with 1' }]]).name).toBe('wasm')
  })
})
