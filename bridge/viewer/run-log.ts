import { wilsonInterval } from '../../policy/evaluate/wilson.ts'
import type {
  EvaluationEvent,
  TrainEvent,
  UpdateEvent,
} from '../../policy/learning/train-events.ts'
import type { MetricsPart } from './training-run.ts'

/** An evaluation on held-out draws, with its 95 % interval. */
export interface Evaluated {
  readonly steps: number
  readonly rate: number
  readonly low: number
  readonly high: number
  readonly episodes: number
}

/** A run's log as far as it was read. */
export class RunLog {
  updates: UpdateEvent[] = []
  evaluations: Evaluated[] = []
  /** The last one, empty while there is none. */
  warning = ''
  private file = ''
  private next = 0

  /** What to ask for next. */
  get query(): Readonly<Record<'file' | 'from', string>> {
    return { file: this.file, from: String(this.next) }
  }

  /** Takes what was answered; whether anything was new. */
  add({ file, from, next, text }: MetricsPart): boolean {
    if (file !== this.file || from < this.next) this.clear()
    this.file = file
    this.next = next
    const lines = text.split('\n').filter((line) => line !== '')
    for (const line of lines) this.take(line)
    return lines.length > 0
  }

  /** Time left until the limit [s]; undefined where there is none, or nothing has happened. */
  leftS(limitS: number | null): number | undefined {
    const last = this.updates.at(-1)
    return limitS === null || last === undefined ? undefined : Math.max(0, limitS - last.wallS)
  }

  private clear(): void {
    this.updates = []
    this.evaluations = []
    this.warning = ''
  }

  /** A line that a killed run left half written is nothing. */
  private take(line: string): void {
    let event: TrainEvent
    try {
      event = JSON.parse(line) as TrainEvent
    } catch {
      return
    }
    if (event.kind === 'update') this.updates.push(event)
    else if (event.kind === 'evaluation') this.evaluations.push(evaluated(event))
    else if (event.kind === 'warning') this.warning = `${event.message}. ${event.hint}`
    else if (event.kind === 'skipped') this.warning = `Update taken back: ${event.reason}`
  }
}

function evaluated({ episodes, steps, success }: EvaluationEvent): Evaluated {
  const { low, high, rate } = wilsonInterval(Math.round(success * episodes), episodes)
  return { steps, rate, low, high, episodes }
}
