import { describe, expect, it } from 'vitest'
import { checkWarmStart } from '../../../policy/learning/warm-start.node.ts'
import type { Memory } from '../../../policy/networks/actor-parameters.ts'

const SIZES = { observation: 6, action: 3 }

function startFrom(
  own: { readonly observation?: number; readonly memory?: Exclude<Memory, 'lstm'> },
  asked: { readonly memory?: Exclude<Memory, 'lstm'> } = {},
): void {
  const shape = { observation: 6, embed: 4, hidden: 4, head: 4, action: 3, ...own }
  checkWarmStart({ shape }, SIZES, asked)
}

describe('the policy that a training starts from', () => {
  it('sees and does what the task asks', () => {
    startFrom({})
    expect(() => startFrom({ observation: 3 })).toThrow(
      expect.objectContaining({
        code: 'POLICY_MISMATCH',
        message: 'expected a policy of observation size 6 to start from, found 3',
      }),
    )
  })

  it('remembers as its algorithm asks, where that asks for anything', () => {
    startFrom({ memory: 'gru' })
    startFrom({ memory: 'gru' }, { memory: 'gru' })
    expect(() => startFrom({}, { memory: 'none' })).toThrow(
      expect.objectContaining({
        code: 'POLICY_MISMATCH',
        message: 'the algorithm asks for memory: none, the policy to start from has lstm',
      }),
    )
  })
})
