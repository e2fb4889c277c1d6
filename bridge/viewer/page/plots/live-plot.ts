import UPlot from 'uplot'
import type { Theme } from '../theme.ts'
import { axisLook } from './plot-look.ts'
import { type RollingSeries, withGaps } from './rolling-series.ts'

export interface PlotLine {
  readonly color: string
  readonly isDashed?: boolean
  readonly widthPx?: number
}

export interface LivePlotOptions {
  readonly element: HTMLElement
  readonly series: RollingSeries
  /** Seconds shown. */
  readonly windowS: number
  readonly lines: (theme: Theme) => readonly PlotLine[]
  /** Lower and upper end of the axis for the data's. */
  readonly range: (min: number, max: number) => [number, number]
  /** Drawn across the whole plot. */
  readonly level?: { readonly value: () => number; readonly color: (theme: Theme) => string }
}

/** A small streaming chart that fills its element. */
export class LivePlot {
  private readonly options: LivePlotOptions
  private plot: UPlot | undefined

  constructor(options: LivePlotOptions, theme: Theme) {
    this.options = options
    this.setTheme(theme)
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(options.element)
  }

  /** Draws what the series holds now. */
  draw(): void {
    const { series, windowS } = this.options
    if (this.plot === undefined) return
    this.plot.setData(series.columns.map(withGaps) as unknown as UPlot.AlignedData, false)
    const endS = series.lastTimeS
    this.plot.setScale('x', { min: endS - windowS, max: endS })
  }

  setTheme(theme: Theme): void {
    const { element } = this.options
    this.plot?.destroy()
    this.plot = new UPlot(this.plotOptions(theme), this.emptyColumns(), element)
    this.draw()
  }

  private size() {
    const { clientWidth, clientHeight } = this.options.element
    return { width: Math.max(80, clientWidth), height: Math.max(50, clientHeight) }
  }

  private emptyColumns(): UPlot.AlignedData {
    return this.options.series.columns.map(() => []) as unknown as UPlot.AlignedData
  }

  private plotOptions(theme: Theme): UPlot.Options {
    const { lines, range, windowS } = this.options
    const axis = axisLook(theme)
    return {
      ...this.size(),
      padding: [6, 14, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: false },
        y: {
          range: (_plot, min, max) =>
            range(Number.isFinite(min) ? min : 0, Number.isFinite(max) ? max : 1),
        },
      },
      axes: [
        {
          ...axis,
          size: 22,
          gap: 6,
          grid: { show: false },
          splits: (_plot, _axis, _min, max) => [-1, -0.5, 0].map((share) => max + share * windowS),
          values: (_plot, splits) =>
            splits.map((_each, i) =>
              i === splits.length - 1 ? 'now' : `−${windowS * (1 - i / 2)} s`,
            ),
        },
        { ...axis, size: 34, gap: 4, space: 24 },
      ],
      series: [
        {},
        ...lines(theme).map(({ color, isDashed, widthPx }) => ({
          stroke: color,
          width: widthPx ?? 1.5,
          points: { show: false },
          ...(isDashed === true && { dash: [5, 4] }),
        })),
      ],
      hooks: { drawAxes: [(plot) => this.drawLevel(plot, theme)] },
    }
  }

  private drawLevel(plot: UPlot, theme: Theme): void {
    const { level } = this.options
    if (level === undefined) return
    const { ctx, bbox } = plot
    const y = plot.valToPos(level.value(), 'y', true)
    if (!Number.isFinite(y) || y < bbox.top || y > bbox.top + bbox.height) return
    ctx.save()
    ctx.fillStyle = level.color(theme)
    ctx.globalAlpha = 0.12
    ctx.fillRect(bbox.left, y, bbox.width, bbox.top + bbox.height - y)
    ctx.globalAlpha = 1
    ctx.fillRect(bbox.left, y - 0.5, bbox.width, 1)
    ctx.restore()
  }
}
