import type { ObservationTerm } from '../../robot/io/spec.ts'

/** Numbers of one meaning within a vector. */
export interface SpaceTerm {
  readonly name: string
  readonly size: number
  /** Index of its first number in the vector. */
  readonly offset: number
  /** `mixed` where the numbers have different units. */
  readonly unit: ObservationTerm['unit'] | 'm/s' | 'rad/s' | 'N' | 'mixed'
  readonly frame: ObservationTerm['frame']
  /** Bounds that its numbers never leave; infinite where nothing holds them. */
  readonly low: number
  readonly high: number
}

/** What the numbers of a float32 vector are, in order, and their bounds: Gymnasium's `Box`, with names. */
export interface Space {
  /** Numbers in the vector. */
  readonly size: number
  readonly terms: readonly SpaceTerm[]
  /** Bounds of each number [size]. */
  readonly low: Float32Array
  readonly high: Float32Array
}

/** A term before it has its place; without bounds it has none. */
export type TermShape = Omit<SpaceTerm, 'offset' | 'low' | 'high'> &
  Partial<Pick<SpaceTerm, 'low' | 'high'>>

/** The space of these terms, one behind the other. */
export function createSpace(shapes: readonly TermShape[]): Space {
  const terms: SpaceTerm[] = []
  let size = 0
  for (const {
    low = Number.NEGATIVE_INFINITY,
    high = Number.POSITIVE_INFINITY,
    ...shape
  } of shapes) {
    terms.push({ ...shape, offset: size, low, high })
    size += shape.size
  }
  const byNumber = (bound: (term: SpaceTerm) => number) =>
    Float32Array.from(terms.flatMap((term) => Array<number>(term.size).fill(bound(term))))
  return { size, terms, low: byNumber(({ low }) => low), high: byNumber(({ high }) => high) }
}
