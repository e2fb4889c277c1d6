import type { RunState } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { LivePlot } from './live-plot.ts'
import { RollingSeries } from './rolling-series.ts'

const WINDOW_S = 10
const DEGREES = 180 / Math.PI
/** Least height of the axis [°]. */
const SPAN_DEG = 4
/** Nobody sees that safety changed a set-point by less [°]. */
const SAME_DEG = 0.1

export interface JointPlot {
  push(state: RunState): void
  draw(): void
  /** Begins anew. */
  forget(): void
  setTheme(theme: Theme): void
}

/** One joint [°]: measured, its set-point dashed, and what was asked for where safety let less pass. All joints are kept; buttons choose the one shown. */
export function createJointPlot(
  element: HTMLElement,
  chooser: HTMLElement,
  jointNames: readonly string[],
  theme: Theme,
): JointPlot {
  element.replaceChildren()
  const all = jointNames.map(() => new RollingSeries(3, WINDOW_S))
  let plot = createPlot(element, all[0]!, theme)
  let current = theme
  showChoice(chooser, jointNames, (index) => {
    element.replaceChildren()
    plot = createPlot(element, all[index]!, current)
  })
  return {
    push({ commandQ, q, timeS, wantedQ }) {
      for (const [i, series] of all.entries()) {
        const sent = degrees(commandQ?.[i])
        const wanted = degrees(wantedQ?.[i])
        const isNarrowed = Math.abs(wanted - sent) > SAME_DEG
        series.push(timeS, degrees(q[i]), sent, isNarrowed ? wanted : Number.NaN)
      }
    },
    draw: () => plot.draw(),
    forget() {
      for (const series of all) series.clear()
    },
    setTheme(next) {
      current = next
      plot.setTheme(next)
    },
  }
}

function createPlot(element: HTMLElement, series: RollingSeries, theme: Theme): LivePlot {
  return new LivePlot(
    {
      element,
      series,
      windowS: WINDOW_S,
      lines: ({ arm, miss, setpoint }) => [
        { color: arm, widthPx: 2 },
        { color: setpoint, isDashed: true },
        { color: miss },
      ],
      range: (min, max) => {
        const centre = (min + max) / 2
        const half = Math.max(SPAN_DEG / 2, 0.6 * (max - min))
        return [centre - half, centre + half]
      },
    },
    theme,
  )
}

function degrees(rad: number | undefined): number {
  return DEGREES * (rad ?? Number.NaN)
}

function showChoice(
  chooser: HTMLElement,
  jointNames: readonly string[],
  onChoose: (index: number) => void,
): void {
  const labels = jointNames.map((name, index) => {
    const input = document.createElement('input')
    input.type = 'radio'
    input.name = 'joint'
    input.checked = index === 0
    input.addEventListener('change', () => onChoose(index))
    const label = document.createElement('label')
    label.title = name
    label.append(input, shortName(name))
    return label
  })
  for (const label of chooser.querySelectorAll('label')) label.remove()
  chooser.append(...labels)
}

/** `shoulder_pan` → `pan`, `panda_joint3` → `3`: what tells the joints of one arm apart. */
function shortName(name: string): string {
  const number = /joint(\d+)$/.exec(name)
  if (number !== null) return number[1]!
  const [first = name, second] = name.split('_')
  return first === 'shoulder' || first === 'wrist'
    ? `${first === 'wrist' ? 'w. ' : ''}${second}`
    : first
}
