import UPlot from 'uplot'
import type { Evaluated, RunLog } from '../../run-log.ts'
import { axisLook } from '../plots/plot-look.ts'
import type { Theme } from '../theme.ts'
import { shortNumber } from './figures.ts'

export interface CurveSpec {
  readonly title: string
  readonly pick: (update: RunLog['updates'][number]) => number | undefined
  readonly color: (theme: Theme) => string
  /** As people read it. */
  readonly text: (value: number) => string
  /** Fixed ends of the axis. */
  readonly range?: readonly [number, number]
  /** Points with intervals over the curve. */
  readonly hasEvaluations?: boolean
}

const HEIGHT_PX = 150

/** One figure of a run over its environment steps. */
export class Curve {
  readonly element = document.createElement('section')
  private readonly spec: CurveSpec
  private readonly place = document.createElement('div')
  private readonly value = document.createElement('output')
  private plot: UPlot | undefined
  private columns: [number[], number[]] = [[], []]
  private evaluations: readonly Evaluated[] = []
  private theme: Theme

  constructor(spec: CurveSpec, theme: Theme) {
    this.spec = spec
    this.theme = theme
    const title = document.createElement('h2')
    title.append(spec.title, this.value)
    this.element.append(title, this.place)
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.place)
  }

  show({ evaluations, updates }: RunLog): void {
    const { pick, text } = this.spec
    const points = updates.flatMap((update): [number, number][] => {
      const value = pick(update)
      return typeof value === 'number' && Number.isFinite(value) ? [[update.steps, value]] : []
    })
    this.columns = [points.map(([steps]) => steps), points.map(([, value]) => value)]
    this.evaluations = this.spec.hasEvaluations === true ? evaluations : []
    this.element.hidden = points.length === 0
    const last = points.at(-1)?.[1]
    const evaluation = this.evaluations.at(-1)
    const range =
      evaluation &&
      `, held out ${text(evaluation.rate)} (${text(evaluation.low)}–${text(evaluation.high)})`
    this.value.textContent = last === undefined ? '–' : `${text(last)}${range ?? ''}`
    if (this.plot === undefined) this.setTheme(this.theme)
    else this.plot.setData(this.columns)
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.plot?.destroy()
    this.plot = new UPlot(this.options(theme), this.columns, this.place)
  }

  private size() {
    return { width: Math.max(120, this.place.clientWidth), height: HEIGHT_PX }
  }

  private options(theme: Theme): UPlot.Options {
    const { color, range, text } = this.spec
    const axis = axisLook(theme)
    return {
      ...this.size(),
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 14, 0, 0],
      scales: { x: { time: false }, y: range === undefined ? {} : { range: [...range] } },
      axes: [
        { ...axis, size: 22, gap: 4, values: (_plot, splits) => splits.map(shortNumber) },
        { ...axis, size: 52, gap: 4, values: (_plot, splits) => splits.map(text) },
      ],
      series: [
        {},
        { stroke: color(theme), width: 1.5, points: { show: () => this.columns[0].length === 1 } },
      ],
      hooks: { draw: [(plot) => this.drawEvaluations(plot, theme)] },
    }
  }

  private drawEvaluations(plot: UPlot, { goal }: Theme): void {
    const { ctx } = plot
    ctx.save()
    ctx.strokeStyle = goal
    ctx.fillStyle = goal
    ctx.lineWidth = 2 * devicePixelRatio
    for (const { high, low, rate, steps } of this.evaluations) {
      const x = plot.valToPos(steps, 'x', true)
      const y = (value: number) => plot.valToPos(value, 'y', true)
      ctx.beginPath()
      ctx.moveTo(x, y(low))
      ctx.lineTo(x, y(high))
      ctx.stroke()
      ctx.beginPath()
      ctx.arc(x, y(rate), 3 * devicePixelRatio, 0, 2 * Math.PI)
      ctx.fill()
    }
    ctx.restore()
  }
}
