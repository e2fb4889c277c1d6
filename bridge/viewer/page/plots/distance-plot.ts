import type { Theme } from '../theme.ts'
import { LivePlot } from './live-plot.ts'
import { RollingSeries } from './rolling-series.ts'

const WINDOW_S = 20

export interface DistancePlot {
  push(timeS: number, distanceM: number): void
  draw(): void
  /** Begins anew. */
  forget(): void
  setTheme(theme: Theme): void
}

/** Distance from puck to goal [mm], with the success threshold as a green band. */
export function createDistancePlot(
  element: HTMLElement,
  thresholdM: number,
  theme: Theme,
): DistancePlot {
  const series = new RollingSeries(1, WINDOW_S)
  const plot = new LivePlot(
    {
      element,
      series,
      windowS: WINDOW_S,
      lines: ({ object }) => [{ color: object, widthPx: 2 }],
      range: (_min, max) => [0, Math.max(2.2 * 1000 * thresholdM, 1.1 * max)],
      level: { value: () => 1000 * thresholdM, color: ({ goal }) => goal },
    },
    theme,
  )
  return {
    push: (timeS, distanceM) => series.push(timeS, 1000 * distanceM),
    draw: () => plot.draw(),
    forget: () => series.clear(),
    setTheme: (next) => plot.setTheme(next),
  }
}
