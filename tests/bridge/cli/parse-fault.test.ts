import { describe, expect, it } from 'vitest'
import { parseFault } from '../../../bridge/cli/parse-fault.ts'
import { so101 } from '../../sim/push-setup.ts'

const forGood = { forS: Number.POSITIVE_INFINITY }

describe('a fault on the command line', () => {
  it('has a name, a value, a beginning and a duration', () => {
    const parse = (text: string) => parseFault(text, so101)
    expect(parse('dropRate=0.1')).toEqual({ name: 'dropRate', value: 0.1, atS: 0, ...forGood })
    expect(parse('jammedId=3@5')).toEqual({ name: 'jammedId', value: 3, atS: 5, ...forGood })
    expect(parse('unplug=1@5.5+2')).toEqual({ name: 'unplug', value: 1, atS: 5.5, forS: 2 })
  })

  it.each([
    'dropRate',
    'dropRate=lots',
    'dropRate=-1',
    'dropRate=1.5',
    'noise=1',
    'deadId=9',
    'hotId=3@',
    'hotId=3@1+',
    'toString=1',
  ])('is refused as %s, with what there is', (text) => {
    expect(() => parseFault(text, so101)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_USAGE', hint: expect.any(String) }) as Error,
    )
  })
})
