import { wilsonInterval } from '../../../policy/evaluate/wilson.ts'
import type { DrawsFrame, SampleScene, WorldsFrame } from '../frames.ts'
import type { PageRequest } from '../requests.schema.ts'
import type { PageFrame, PageView } from './page-view.ts'
import { byId } from './panel/by-id.ts'
import { ParameterList } from './panel/parameter-list.ts'
import { write } from './panel/write.ts'
import { armReach } from './scene/arm-reach.ts'
import { CrowdFigure } from './scene/crowd-figure.ts'
import { SampleFigure } from './scene/sample-figure.ts'
import type { Stage } from './scene/stage.ts'
import { gridView } from './scene/stage-view.ts'
import type { Theme } from './theme.ts'

/** Between pressing and letting go, a pointer that moved farther has turned the view [pixels]. */
const CLICK_PX = 4
/** More arms than this are drawn plainly. */
const MAX_DETAILED = 25

export interface SampleViewOptions {
  /** Undefined where nothing can be drawn. */
  readonly stage: Stage | undefined
  readonly ask: (request: PageRequest) => void
}

/** Whether there are so many arms that they are drawn plainly. */
function isCrowd({ count }: SampleScene): boolean {
  return count > MAX_DETAILED
}

function shownCount({ count, playedBy }: SampleScene): string {
  if (playedBy?.kind === 'training') return `${count} of its arms`
  if (playedBy !== undefined && playedBy.atOnce > count)
    return `${count} of ${playedBy.atOnce} arms`
  return count === 1 ? '1 draw' : `${count} draws`
}

/** Where an evaluation is. */
function soFar({ playedBy }: SampleScene, { before, episode }: DrawsFrame): string {
  if (playedBy?.kind !== 'evaluation') return ''
  const last = Math.min(playedBy.episodes, episode + playedBy.atOnce)
  const now = `Episodes ${episode + 1} to ${last} of ${playedBy.episodes}`
  if (before === undefined || before.episodes === 0) return now
  const { episodes, successes } = before
  const { high, low, rate } = wilsonInterval(successes, episodes)
  const [share, from, to] = [rate, low, high].map((each) => (100 * each).toFixed(1))
  return `${now}; before them ${successes} of ${episodes} in the goal, ${share} % (${from}–${to})`
}

/** Draws of a randomization beside each other, and what was drawn for the one that is pointed at. */
export class SampleView implements PageView {
  private readonly stage: Stage | undefined
  private readonly ask: SampleViewOptions['ask']
  private readonly scene: SampleScene
  private readonly figure: SampleFigure | CrowdFigure | undefined
  private readonly parameters: ParameterList
  private draws: DrawsFrame | undefined
  /** Draws that came while the view was paused. */
  private missed: DrawsFrame | undefined
  private chosen = 0
  private pointedAt: number | undefined
  private newest: WorldsFrame | undefined

  constructor(scene: SampleScene, { stage, ask }: SampleViewOptions, theme: Theme) {
    const { arm, count, parameters } = scene
    this.scene = scene
    this.stage = stage
    this.ask = ask
    this.parameters = new ParameterList(byId('parameters'), parameters)
    byId('draws-count').textContent = shownCount(scene)
    byId('worlds').textContent = String(count)
    const isPlayed = scene.playedBy !== undefined
    for (const id of ['new-draws', 'new-draws-hint']) byId(id).hidden = isPlayed
    byId('curves-link').hidden = scene.playedBy?.kind !== 'training'
    byId('so-far').hidden = scene.playedBy?.kind !== 'evaluation'
    document.body.classList.toggle('is-crowd', isCrowd(scene))
    byId('new-draws').addEventListener('click', () => this.ask({ kind: 'newDraws' }))
    this.mark()
    if (stage === undefined) return
    const reachM = armReach(arm)
    const isPlain = isCrowd(scene)
    const figure = isPlain
      ? new CrowdFigure(scene, reachM, theme)
      : new SampleFigure(scene, reachM, theme)
    this.figure = figure
    stage.world.add(figure.group)
    stage.beforeDraw = () => this.place()
    stage.setView(gridView(figure.layout.area, reachM, !isPlain))
    this.followPointer(byId('canvas'), stage, figure)
    if (figure instanceof SampleFigure) void figure.loadMesh().then(() => stage.requestDraw())
  }

  accept(frame: PageFrame, isPaused: boolean): void {
    if (frame.kind === 'draws') {
      if (isPaused && this.draws !== undefined) this.missed = frame
      else this.setDraws(frame)
    } else if (frame.kind === 'worlds' && !isPaused) this.show(frame)
  }

  setTheme(theme: Theme): void {
    this.figure?.setTheme(theme)
  }

  resume(): void {
    if (this.missed !== undefined) this.setDraws(this.missed)
  }

  connectionLost(): void {}

  onKey(key: string): void {
    const { count } = this.scene
    if (key === 'n' && this.scene.playedBy === undefined) this.ask({ kind: 'newDraws' })
    else if (key === 'ArrowRight') this.choose((this.chosen + 1) % count)
    else if (key === 'ArrowLeft') this.choose((this.chosen + count - 1) % count)
  }

  private setDraws(draws: DrawsFrame): void {
    this.draws = draws
    this.missed = undefined
    this.figure?.setDraws(draws.worlds)
    this.parameters.setDraws(draws.worlds)
    byId('so-far').textContent = soFar(this.scene, draws)
  }

  private show(frame: WorldsFrame): void {
    // States are left out where the page is slow, draws are not: one may come before the other.
    if (frame.episode !== this.draws?.episode) return
    this.newest = frame
    this.stage?.requestDraw()
    const { timeS, worlds } = frame
    write('reached', String(worlds.filter(({ isReached }) => isReached).length))
    write('sample-time', `${timeS.toFixed(1)} of ${this.scene.episodeS} s`)
  }

  /** Once for every picture: states may come faster than they can be drawn. */
  private place(): void {
    const { draws, newest } = this
    this.newest = undefined
    if (newest !== undefined && newest.episode === draws?.episode) this.figure?.show(newest.worlds)
  }

  private choose(index: number): void {
    this.chosen = index
    this.pointedAt = undefined
    this.mark()
  }

  private point(index: number | undefined): void {
    if (index === this.pointedAt) return
    this.pointedAt = index
    this.mark()
  }

  private mark(): void {
    const index = this.pointedAt ?? this.chosen
    byId('draw-title').textContent = `Draw ${index + 1}`
    this.parameters.select(index)
    this.figure?.mark(index)
    this.stage?.requestDraw()
  }

  private followPointer(
    canvas: HTMLElement,
    stage: Stage,
    figure: SampleFigure | CrowdFigure,
  ): void {
    const cellAt = ({ clientX, clientY }: MouseEvent) => {
      const ground = stage.groundAt(clientX, clientY)
      return ground === undefined ? undefined : figure.layout.cellAt(ground)
    }
    let pressed = { x: 0, y: 0 }
    canvas.addEventListener('pointerdown', ({ clientX, clientY }) => {
      pressed = { x: clientX, y: clientY }
    })
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons === 0) this.point(cellAt(event))
    })
    canvas.addEventListener('pointerleave', () => this.point(undefined))
    canvas.addEventListener('click', (event) => {
      const movedPx = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y)
      const cell = cellAt(event)
      if (movedPx <= CLICK_PX && cell !== undefined) this.choose(cell)
    })
  }
}
