import type { Space } from '../../../sim/world/space.ts'

/** The numbers of a term. */
export function valuesOf(space: Space, name: string, vector: Float32Array): number[] {
  const { offset, size } = space.terms.find((term) => term.name === name)!
  return [...vector.subarray(offset, offset + size)]
}
