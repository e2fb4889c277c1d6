import type { ParameterBounds } from '../../../../policy/learning/train-events.ts'
import { parameterWords } from '../../parameter-words.ts'
import type { RunLog } from '../../run-log.ts'
import { byId } from '../panel/by-id.ts'
import { createDrawing, createPath } from '../panel/svg.ts'
import { percent } from './figures.ts'

const WIDTH = 100
const HEIGHT = 40
/** Points along a run, whatever its length. */
const MAX_POINTS = 100

/** How the range of each parameter has grown about its nominal value under automatic domain randomization. */
export class RangeGrowth {
  private readonly section = byId('ranges-section')
  private readonly list = byId('ranges')

  show({ updates }: RunLog): void {
    const bounded = updates.flatMap(({ bounds }) => (bounds === undefined ? [] : [bounds]))
    const newest = bounded.at(-1)
    this.section.hidden = newest === undefined
    if (newest === undefined) return
    const every = Math.max(1, Math.ceil(bounded.length / MAX_POINTS))
    const [first = newest, ...later] = bounded.filter(
      (_each, k) => k % every === 0 || k === bounded.length - 1,
    )
    const points = [first, ...(later.length > 0 ? later : [first])]
    const widest = Math.max(1, ...points.flat().flatMap(({ high, low }) => [high, low]))
    this.list.replaceChildren(
      ...newest.map((bounds, k) =>
        row(
          bounds,
          points.map((each) => each[k]!),
          widest,
        ),
      ),
    )
  }
}

function row(
  { high, low, name }: ParameterBounds,
  past: readonly ParameterBounds[],
  widest: number,
): HTMLLIElement {
  const item = document.createElement('li')
  const head = document.createElement('span')
  head.textContent = parameterWords(name).label
  const figure = document.createElement('output')
  figure.textContent = `−${percent(low)} +${percent(high)}`
  item.append(head, figure, funnel(past, widest))
  item.title = `${head.textContent}: ${percent(low)} of the way to its lower bound, ${percent(high)} to its upper`
  return item
}

/** Time to the right; the middle is nominal, the dashed lines are the rule's bounds. */
function funnel(past: readonly ParameterBounds[], widest: number): SVGSVGElement {
  const svg = createDrawing(`0 0 ${WIDTH} ${HEIGHT}`)
  const y = (width: number) => HEIGHT / 2 - (width * (HEIGHT / 2 - 1)) / widest
  const x = (k: number) => (k * WIDTH) / (past.length - 1)
  const above = past.map(({ high }, k) => `${x(k).toFixed(1)} ${y(high).toFixed(1)}`)
  const below = past.map(({ low }, k) => `${x(k).toFixed(1)} ${y(-low).toFixed(1)}`)
  svg.append(
    createPath('rule', `M0 ${y(1)}H${WIDTH}M0 ${y(-1)}H${WIDTH}`),
    createPath('grown', `M${above.join('L')}L${below.reverse().join('L')}Z`),
    createPath('nominal', `M0 ${HEIGHT / 2}H${WIDTH}`),
  )
  return svg
}
