import { wilsonInterval } from '../../../../policy/evaluate/wilson.ts'
import type { Baseline, Counts, RunEpisode, RunScene } from '../../frames.ts'
import { byId } from './by-id.ts'

const RECENT = 40

/** Success count of this run, its last episodes, and the rate beside those of the baselines. */
export class Score {
  private readonly scene: RunScene
  private counts: Counts = { episodes: 0, successes: 0 }
  private recent: RunEpisode[] = []

  constructor(scene: RunScene) {
    this.scene = scene
    this.show()
  }

  setHistory(counts: Counts, recent: readonly RunEpisode[]): void {
    this.counts = counts
    this.recent = recent.slice(-RECENT)
    this.show()
  }

  add(episode: RunEpisode, counts: Counts): void {
    this.setHistory(counts, [...this.recent, episode])
  }

  private show(): void {
    const { episodes, successes } = this.counts
    byId('successes').textContent = String(successes)
    byId('episodes').textContent = String(episodes)
    byId('episode').textContent = String(episodes + 1)
    byId('recent').replaceChildren(...this.recent.map(episodeDot))
    byId('bars').replaceChildren(
      barRow({ name: this.scene.actor, rate: successes / episodes, episodes }, true),
      ...this.scene.baselines.map((baseline) => barRow(baseline, false)),
    )
  }
}

function episodeDot({ episode, finalDistanceM, isSuccess }: RunEpisode): HTMLElement {
  const dot = document.createElement('li')
  const outcome = isSuccess ? 'in the goal' : 'missed'
  dot.className = isSuccess ? 'is-success' : 'is-miss'
  dot.title = `Episode ${episode + 1}: ${outcome}, ${(1000 * finalDistanceM).toFixed(0)} mm`
  return dot
}

/** Name, bar with its 95 % interval, and figures. */
function barRow({ name, rate, episodes }: Baseline, isRun: boolean): HTMLTableRowElement {
  const row = document.createElement('tr')
  row.className = isRun ? 'is-run' : ''
  const head = document.createElement('th')
  head.scope = 'row'
  head.textContent = name
  const bar = document.createElement('td')
  bar.className = 'bar'
  const figure = document.createElement('td')
  figure.className = 'figure'
  row.append(head, bar, figure)
  if (episodes === 0) {
    figure.textContent = '–'
    return row
  }
  const { low, high } = wilsonInterval(Math.round(rate * episodes), episodes)
  bar.append(span('fill', 0, rate), span('interval', low, high))
  const value = document.createElement('b')
  value.textContent = percent(rate)
  const interval = document.createElement('small')
  interval.textContent = `${(100 * low).toFixed(0)}–${percent(high)}`
  figure.append(value, interval)
  row.title = `${name}: ${percent(rate)} of ${episodes}, 95 % interval ${interval.textContent}`
  return row
}

function span(className: string, from: number, to: number): HTMLElement {
  const element = document.createElement('span')
  element.className = className
  element.style.left = `${100 * from}%`
  element.style.width = `${100 * (to - from)}%`
  return element
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`
}
