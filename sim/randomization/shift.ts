import type { RandomStream } from '../../robot/model/random.ts'
import type { Randomization } from './randomization.schema.ts'
import { type Range, valueAt } from './range.ts'

/** Parameters out of their ranges, chosen anew for each draw. */
export interface Shift {
  choose(stream: RandomStream): void
  /** @param parameter - its index among the ruled ones */
  isOut(parameter: number): boolean
  /** A number beyond one end of its range; beyond the upper one where there cannot be less. */
  draw(range: Range, stream: RandomStream): number
}

export function createShift(
  { share, reach }: NonNullable<Randomization['shift']>,
  numParameters: number,
): Shift {
  const order = Array.from({ length: numParameters }, (_, index) => index)
  const numOut = Math.round(share * numParameters)
  const isOut = new Uint8Array(numParameters)
  return {
    choose(stream) {
      isOut.fill(0)
      // The first places of a Fisher-Yates shuffle.
      for (let k = 0; k < numOut; k++) {
        const other = k + stream.integer(order.length - k)
        const chosen = order[other]!
        order[other] = order[k]!
        order[k] = chosen
        isOut[chosen] = 1
      }
      order.sort((a, b) => a - b)
    },
    isOut: (parameter) => isOut[parameter] === 1,
    draw(range, stream) {
      const beyond = stream.between(1, reach)
      const isLow = stream.uniform() < 0.5
      const low = valueAt(range, -beyond)
      const mayBeLow = valueAt(range, -reach) >= range.least
      return isLow && mayBeLow ? low : valueAt(range, beyond)
    },
  }
}
