/** Named tensors laid end to end in one vector, so that one optimizer step moves them all. */
export interface FlatLayout<Name extends string = string> {
  readonly slots: readonly TensorSlot<Name>[]
  readonly size: number
}

export interface TensorSlot<Name extends string = string> {
  readonly name: Name
  readonly shape: readonly number[]
  readonly offset: number
  readonly size: number
}

/** Lays the tensors out in the order given. */
export function layOutTensors<Name extends string>(
  shapes: readonly (readonly [Name, readonly number[]])[],
): FlatLayout<Name> {
  let offset = 0
  const slots = shapes.map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1)
    const slot = { name, shape, offset, size }
    offset += size
    return slot
  })
  return { slots, size: offset }
}

/** The part of `flat` that holds one tensor; a view, not a copy. */
export function slotValues(slot: TensorSlot, flat: Float32Array): Float32Array {
  return flat.subarray(slot.offset, slot.offset + slot.size)
}
