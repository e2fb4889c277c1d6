import 'uplot/dist/uPlot.min.css'
import { distanceToGoal } from '../../frame-values.ts'
import type { RunEpisode, RunScene, RunState } from '../../frames.ts'
import { byId } from '../panel/by-id.ts'
import { FIGURES_EVERY_MS, Paced } from '../panel/paced.ts'
import { Score } from '../panel/score.ts'
import { StatusLine } from '../panel/status-line.ts'
import { write } from '../panel/write.ts'
import { createDistancePlot, type DistancePlot } from '../plots/distance-plot.ts'
import { armReach } from '../scene/arm-reach.ts'
import { RunFigure } from '../scene/run-figure.ts'
import { createStage } from '../scene/stage.ts'
import { armView } from '../scene/stage-view.ts'
import { onThemeChange, readTheme } from '../theme.ts'
import { Hand } from './hand.ts'
import { KnobList } from './knob-list.ts'
import { MemoryMap } from './memory-map.ts'
import type { FromDemo, ToDemo } from './messages.ts'
import { SHIPPED_POLICIES } from './shipped-policies.ts'

const DEFAULT_POLICY = 'push-so101'

/** Everything that is there once the simulation has said what it shows. */
interface Shown {
  readonly scene: RunScene
  readonly score: Score
  readonly plot: DistancePlot
  /** Undefined where nothing is remembered. */
  readonly memory: MemoryMap | undefined
  readonly knobs: KnobList
  readonly figure: RunFigure | undefined
  readonly hand: Hand | undefined
}

/** The demo: a policy at work in a simulation inside the page, which a visitor may interfere with. */
class DemoPage {
  private readonly status = new StatusLine()
  private readonly stage = createStage(byId<HTMLCanvasElement>('canvas'), this.status)
  private readonly worker = new Worker(new URL('./demo-worker.ts', import.meta.url), {
    type: 'module',
  })
  private theme = readTheme()
  private shown: Shown | undefined
  private numEpisodes = 0
  private numSuccesses = 0
  private isPaused = false
  private distanceM = Number.NaN
  private readonly figures = new Paced(FIGURES_EVERY_MS, () => this.showFigures())

  constructor() {
    this.stage?.setTheme(this.theme)
    this.worker.addEventListener('message', ({ data }: MessageEvent<FromDemo>) => {
      try {
        this.accept(data)
      } catch (error) {
        this.fail((error as Error).message)
      }
    })
    this.worker.addEventListener('error', ({ message }) => this.fail(message))
    onThemeChange((theme) => {
      this.theme = theme
      const { figure, memory, plot } = this.shown ?? {}
      for (const part of [this.stage, figure, memory, plot]) part?.setTheme(theme)
      this.stage?.requestDraw()
    })
    document.addEventListener('visibilitychange', () => this.pace())
    document.addEventListener('keydown', (event) => this.onKey(event))
    byId('next-episode').addEventListener('click', () => this.tell({ kind: 'nextEpisode' }))
    byId('pause').addEventListener('click', () => this.setPaused(!this.isPaused))
    byId('reset-knobs').addEventListener('click', () => this.resetKnobs())
    this.begin(choosePolicy()).catch((error: Error) => this.fail(error.message))
  }

  private async begin({ name, url }: ChosenPolicy): Promise<void> {
    const answer = url === undefined ? undefined : await fetch(url)
    if (!answer?.ok) throw new Error(`No policy ${name} here.`)
    const policy = new Uint8Array(await answer.arrayBuffer())
    this.tell({ kind: 'start', policy })
  }

  private accept(message: FromDemo): void {
    switch (message.kind) {
      case 'ready':
        this.show(message)
        break
      case 'state':
        this.showState(message.state, message.memory)
        break
      case 'episode':
        this.showEpisode(message.episode)
        break
      case 'failed':
        this.fail(message.text)
    }
  }

  private show({ scene, knobs, numUnits }: Extract<FromDemo, { kind: 'ready' }>): void {
    const { stage, theme } = this
    const tell = (message: ToDemo) => this.tell(message)
    document.title = `${scene.title} · sim2arm`
    byId('title').textContent = scene.title
    byId('threshold').textContent = `within ${(1000 * scene.thresholdM).toFixed(0)} mm`
    byId('memory').hidden = numUnits === 0
    byId('memory-size').textContent = `${numUnits} units, 8 s`
    let figure: RunFigure | undefined
    if (stage !== undefined) {
      const reachM = armReach(scene.arm)
      figure = new RunFigure(scene, reachM, theme)
      stage.world.add(figure.group)
      stage.setView(armView(reachM))
      void figure.loadMesh().then(() => stage.requestDraw())
    }
    this.shown = {
      scene,
      score: new Score(scene),
      plot: createDistancePlot(byId('distance-plot'), scene.thresholdM, theme),
      memory: numUnits === 0 ? undefined : new MemoryMap(byId('memory-map'), numUnits, theme),
      knobs: new KnobList(byId('knobs'), knobs, (values) => tell({ kind: 'turn', values })),
      figure,
      hand: stage && new Hand(byId('stage'), stage, scene, tell),
    }
    this.pace()
  }

  private showState(state: RunState, memory: Float32Array): void {
    if (this.shown === undefined) return
    const { figure, hand, memory: map, plot } = this.shown
    this.distanceM = distanceToGoal(state)
    figure?.show(state)
    hand?.see(state)
    map?.push(memory)
    plot.push(state.timeS, this.distanceM)
    this.figures.ask()
    this.stage?.requestDraw()
  }

  private showFigures(): void {
    this.shown?.memory?.draw()
    this.shown?.plot.draw()
    write('distance', `${(1000 * this.distanceM).toFixed(0)} mm`)
  }

  private showEpisode(episode: RunEpisode): void {
    this.numEpisodes++
    if (episode.isSuccess) this.numSuccesses++
    const counts = { episodes: this.numEpisodes, successes: this.numSuccesses }
    this.shown?.score.add(episode, counts)
  }

  private resetKnobs(): void {
    const { knobs } = this.shown ?? {}
    if (knobs === undefined) return
    knobs.reset()
    this.tell({ kind: 'turn', values: knobs.values() })
  }

  private setPaused(isPaused: boolean): void {
    this.isPaused = isPaused
    this.pace()
  }

  /** Nothing is computed that nobody sees. */
  private pace(): void {
    const isPaused = this.isPaused || document.hidden
    this.tell({ kind: 'pause', isPaused })
    const badge = byId('connection')
    badge.textContent = isPaused ? 'Paused' : 'Live'
    badge.dataset['state'] = isPaused ? 'paused' : 'live'
    byId('pause').textContent = this.isPaused ? 'Go on' : 'Pause'
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target instanceof Element && event.target.closest('button, input, select')) return
    if (event.key === ' ') {
      event.preventDefault()
      this.setPaused(!this.isPaused)
    } else if (event.key === 'n') this.tell({ kind: 'nextEpisode' })
    else if (event.key === 'r') this.stage?.resetCamera()
  }

  private fail(text: string): void {
    this.status.setLasting(text)
    const badge = byId('connection')
    badge.textContent = 'Stopped'
    badge.dataset['state'] = 'lost'
  }

  private tell(message: ToDemo): void {
    this.worker.postMessage(message)
  }
}

interface ChosenPolicy {
  readonly name: string
  /** Undefined for one that nobody has. */
  readonly url: string | undefined
}

/**
 * The policy that the address asks for: a shipped one (`?policy=NAME`), or the one that the server has
 * (`?file=NAME`, of a folder of runs `&run=NAME`).
 */
function choosePolicy(): ChosenPolicy {
  const asked = new URLSearchParams(window.location.search)
  const own = asked.get('file')
  const name = own ?? asked.get('policy') ?? DEFAULT_POLICY
  const select = byId<HTMLSelectElement>('policy')
  for (const each of SHIPPED_POLICIES.keys()) select.add(new Option(each, each))
  if (own === null) select.value = name
  else select.add(new Option(own, '', true, true), 0)
  select.addEventListener('change', () => {
    window.location.search = `?${new URLSearchParams({ policy: select.value })}`
  })
  const url = own === null ? SHIPPED_POLICIES.get(name) : `./policy.onnx?${asked}`
  return { name, url }
}

new DemoPage()
