import 'uplot/dist/uPlot.min.css'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { FRAME_VERSION, type Frame, type SceneFrame, type ViewerState } from '../frames.ts'
import { connectLive } from './live-connection.ts'
import { byId } from './panel/by-id.ts'
import { ConnectionBadge } from './panel/connection-badge.ts'
import { showLoopFacts } from './panel/loop-facts.ts'
import { Score } from './panel/score.ts'
import { StatusLine } from './panel/status-line.ts'
import { createDistancePlot } from './plots/distance-plot.ts'
import { createJointPlot, type JointPlot } from './plots/joint-plot.ts'
import { Stage } from './scene/stage.ts'
import { WorldFigure } from './scene/world-figure.ts'
import { onThemeChange, readTheme } from './theme.ts'

/** The page: frames come in, scene and panel show them. */
class ViewerPage {
  private theme = readTheme()
  private readonly status = new StatusLine()
  private readonly stage = createStage(this.status)
  private readonly badge = new ConnectionBadge()
  private readonly score = new Score()
  private readonly distancePlot = createDistancePlot(
    byId('distance-plot'),
    () => this.scene?.thresholdM ?? 0,
    this.theme,
  )
  private jointPlot: JointPlot | undefined
  private world: WorldFigure | undefined
  private scene: SceneFrame | undefined
  private shownScene = ''
  private isPaused = false

  constructor() {
    this.stage?.setTheme(this.theme)
    onThemeChange((theme) => {
      this.theme = theme
      for (const part of [this.stage, this.world, this.distancePlot, this.jointPlot]) {
        part?.setTheme(theme)
      }
      this.stage?.requestDraw()
    })
    document.addEventListener('keydown', (event) => this.onKey(event))
    const { protocol, host } = window.location
    connectLive({
      url: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/live`,
      onFrame: (frame) => this.accept(frame),
      onState: (state) => this.badge.setConnection(state),
    })
  }

  private accept(frame: Frame): void {
    switch (frame.kind) {
      case 'scene':
        this.showScene(frame)
        break
      case 'history':
        this.score.setHistory(frame.counts, frame.recent)
        break
      case 'episode':
        this.score.add(frame, frame.counts)
        break
      case 'status':
        this.status.setText(frame.text)
        break
      case 'state':
        this.badge.touch()
        if (!this.isPaused) this.showState(frame)
    }
  }

  /** A server that comes back sends its scene again: only another one is built anew. */
  private showScene(frame: SceneFrame): void {
    if (frame.version !== FRAME_VERSION) {
      this.status.setLasting('This page is older than its server: reload it.')
      return
    }
    this.status.setText('')
    this.score.setScene(frame)
    const text = JSON.stringify(frame)
    if (text === this.shownScene) return
    this.shownScene = text
    this.scene = frame
    document.title = `${frame.title} · sim2arm`
    byId('title').textContent = frame.title
    byId('source').textContent = frame.source
    byId('threshold').textContent = `within ${(1000 * frame.thresholdM).toFixed(0)} mm`
    const { jointNames } = compileArm(frame.arm)
    this.jointPlot = createJointPlot(byId('joint-plot'), byId('joints'), jointNames, this.theme)
    if (this.stage === undefined) return
    this.world?.group.removeFromParent()
    this.world = new WorldFigure(frame, this.theme)
    this.stage.world.add(this.world.group)
    this.stage.setReach(this.world.arm.reachM)
  }

  private showState(state: ViewerState): void {
    const { goal, object, timeS } = state
    const isSeen = object.ageS !== null
    const distanceM = isSeen ? Math.hypot(object.x - goal.x, object.y - goal.y) : Number.NaN
    this.world?.show(state)
    this.stage?.requestDraw()
    this.distancePlot.push(timeS, distanceM)
    this.jointPlot?.push(timeS, state.q, state.commandQ)
    this.distancePlot.draw()
    this.jointPlot?.draw()
    showLoopFacts(state, distanceM)
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === ' ') {
      event.preventDefault()
      this.isPaused = !this.isPaused
      this.badge.setPaused(this.isPaused)
    } else if (event.key === 'r') this.stage?.resetCamera()
  }
}

function createStage(status: StatusLine): Stage | undefined {
  try {
    return new Stage(byId<HTMLCanvasElement>('canvas'))
  } catch {
    status.setLasting('No 3D here (WebGL 2 is missing or switched off); the figures still work.')
    return undefined
  }
}

new ViewerPage()
