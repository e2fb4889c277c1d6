import type { RandomStream } from '../../robot/model/random.ts'
import type { FlatLayout } from './flat-parameters.ts'
import { slotValues } from './flat-parameters.ts'

/** How one tensor starts. */
export type InitialValue =
  | { readonly kind: 'constant'; readonly value: number }
  /** Uniform within ± scale/√fanIn, as PyTorch starts linear and recurrent layers. */
  | { readonly kind: 'uniform'; readonly fanIn: number; readonly scale?: number }

/** A flat vector of fresh weights, drawn slot by slot. */
export function drawWeights<Name extends string>(
  layout: FlatLayout<Name>,
  initial: Readonly<Record<Name, InitialValue>>,
  random: RandomStream,
): Float32Array {
  const flat = new Float32Array(layout.size)
  for (const slot of layout.slots) {
    const rule = initial[slot.name]
    const values = slotValues(slot, flat)
    if (rule.kind === 'constant') {
      values.fill(rule.value)
      continue
    }
    const bound = (rule.scale ?? 1) / Math.sqrt(rule.fanIn)
    for (let k = 0; k < values.length; k++) values[k] = random.between(-bound, bound)
  }
  return flat
}
