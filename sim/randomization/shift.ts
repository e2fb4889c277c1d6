import type { RandomStream } from '../../robot/model/random.ts'
import { type ParameterName, SIGNED_PARAMETERS } from './parameters.ts'
import type { Randomization } from './randomization.schema.ts'
import { type Range, valueAt } from './range.ts'

/** Parameters out of their ranges, chosen anew for each draw. */
export interface Shift {
  choose(stream: RandomStream): void
  /** @param parameter - its index among the ruled ones */
  isOut(parameter: number): boolean
  /** A number beyond one end of its range; beyond the upper one where the other makes no sense. */
  draw(parameter: number, range: Range, stream: RandomStream): number
}

export function createShift(
  { share, reach }: NonNullable<Randomization['shift']>,
  parameters: readonly ParameterName[],
): Shift {
  const order = parameters.map((_, index) => index)
  const numOut = Math.round(share * parameters.length)
  const isOut = new Uint8Array(parameters.length)
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
    draw(parameter, range, stream) {
      const beyond = stream.between(1, reach)
      const isLow = stream.uniform() < 0.5
      const low = valueAt(range, -beyond)
      const mayBeLow = SIGNED_PARAMETERS.has(parameters[parameter]!) || valueAt(range, -reach) >= 0
      return isLow && mayBeLow ? low : valueAt(range, beyond)
    },
  }
}
