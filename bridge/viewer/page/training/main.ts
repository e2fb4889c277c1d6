import 'uplot/dist/uPlot.min.css'
import { RunLog } from '../../run-log.ts'
import type { MetricsPart, RunAnswer } from '../../training-run.ts'
import { byId } from '../panel/by-id.ts'
import { StatusLine } from '../panel/status-line.ts'
import { onThemeChange, readTheme } from '../theme.ts'
import { Curve, type CurveSpec } from './curve.ts'
import { minutes, percent, shortNumber } from './figures.ts'
import { Orders } from './orders.ts'
import { RangeGrowth } from './range-growth.ts'
import { Ways } from './ways.ts'

const ASK_EVERY_MS = 2000
/** A log that nothing was added to for so long belongs to a run that is over, or stuck [s]. */
const QUIET_S = 120

const digits = (value: number) => String(Number(value.toPrecision(3)))

const CURVES: readonly CurveSpec[] = [
  {
    title: 'Success',
    pick: ({ success }) => success,
    color: ({ object }) => object,
    text: percent,
    range: [0, 1],
    hasEvaluations: true,
  },
  {
    title: 'Return per episode',
    pick: ({ meanReturn }) => meanReturn,
    color: ({ object }) => object,
    text: digits,
  },
  {
    title: 'KL divergence of an update',
    pick: ({ figures }) => figures['kl'],
    color: ({ setpoint }) => setpoint,
    text: digits,
  },
  {
    title: 'Entropy of the policy [nat]',
    pick: ({ figures }) => figures['entropy'],
    color: ({ setpoint }) => setpoint,
    text: digits,
  },
  {
    title: 'Standard deviation of actions',
    pick: ({ figures }) => figures['std'],
    color: ({ setpoint }) => setpoint,
    text: digits,
  },
  {
    title: 'Learning rate',
    pick: ({ figures }) => figures['learningRate'],
    color: ({ setpoint }) => setpoint,
    text: digits,
  },
  {
    title: 'Steps per second',
    pick: ({ stepsPerS }) => stepsPerS,
    color: ({ arm }) => arm,
    text: shortNumber,
  },
  {
    title: 'Width of randomization',
    pick: ({ width }) => width,
    color: ({ gravity }) => gravity,
    text: digits,
  },
  {
    title: 'Entropy of randomization [nat]',
    pick: ({ figures }) => figures['randomizationEntropy'],
    color: ({ gravity }) => gravity,
    text: digits,
  },
]

/** The page of a training run: asks for what is new in its log, and shows it. */
class TrainingPage {
  private readonly status = new StatusLine()
  private readonly log = new RunLog()
  private readonly curves: readonly Curve[]
  private readonly orders = new Orders()
  private readonly ways = new Ways()
  private readonly ranges = new RangeGrowth()
  private limitS: number | null = null
  private isHeld = false

  constructor() {
    const theme = readTheme()
    this.curves = CURVES.map((spec) => new Curve(spec, theme))
    byId('curves').replaceChildren(...this.curves.map(({ element }) => element))
    onThemeChange((next) => {
      for (const curve of this.curves) curve.setTheme(next)
    })
  }

  /** Goes on for ever; a server that is away is asked again. */
  async follow(): Promise<never> {
    for (;;) {
      try {
        await this.ask()
      } catch {
        this.setState('lost', 'Connection lost, retrying…')
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  }

  private async ask(): Promise<void> {
    const run = await get<RunAnswer>('run.json')
    const { about, limitS, name } = run
    this.orders.show(run)
    this.ways.show(run)
    this.isHeld = run.live?.isHeld === true
    this.limitS = limitS
    document.title = `${name} · sim2arm`
    byId('title').textContent = name
    byId('about').textContent = about
    let part: MetricsPart
    let isNew = false
    do {
      part = await get<MetricsPart>('metrics.json', this.log.query)
      isNew = this.log.add(part) || isNew
    } while (part.next > part.from)
    if (isNew) this.show()
    const { ageS } = part
    if (this.isHeld) this.setState('paused', 'Held')
    else if (ageS === null) this.setState('quiet', 'Waiting for the first update')
    else if (ageS < QUIET_S) this.setState('live', `Live, updated ${ageS.toFixed(0)} s ago`)
    else this.setState('quiet', `Nothing new for ${minutes(ageS)}`)
  }

  private show(): void {
    const { log } = this
    const last = log.updates.at(-1)
    for (const curve of this.curves) curve.show(log)
    this.ranges.show(log)
    this.status.setText(log.warning)
    if (last === undefined) return
    const leftS = log.leftS(this.limitS)
    byId('updates').textContent = String(last.iteration)
    byId('steps').textContent = shortNumber(last.steps)
    byId('wall').textContent = minutes(last.wallS)
    byId('left').textContent = leftS === undefined ? '–' : minutes(leftS)
  }

  private setState(state: string, text: string): void {
    const badge = byId('connection')
    badge.dataset['state'] = state
    badge.textContent = text
  }
}

/** Of the run that the address names, where it names one. */
async function get<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const asked = new URLSearchParams(window.location.search)
  for (const [name, value] of Object.entries(query)) asked.set(name, value)
  const answer = await fetch(`./${path}?${asked}`)
  if (!answer.ok) throw new Error(String(answer.status))
  return (await answer.json()) as T
}

await new TrainingPage().follow()
