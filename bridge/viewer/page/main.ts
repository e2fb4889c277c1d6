import { FRAME_VERSION, type Frame, type SceneFrame } from '../frames.ts'
import type { PageRequest } from '../requests.schema.ts'
import { connectLive } from './live-connection.ts'
import type { PageView } from './page-view.ts'
import { byId } from './panel/by-id.ts'
import { ConnectionBadge } from './panel/connection-badge.ts'
import { StatusLine } from './panel/status-line.ts'
import { RunView } from './run-view.ts'
import { SampleView } from './sample-view.ts'
import { createStage } from './scene/stage.ts'
import { onThemeChange, readTheme } from './theme.ts'

/** The page: frames come in, the view of their scene shows them. */
class ViewerPage {
  private theme = readTheme()
  private readonly status = new StatusLine()
  private readonly stage = createStage(byId<HTMLCanvasElement>('canvas'), this.status)
  private readonly badge = new ConnectionBadge()
  private readonly connection = connectLive({
    url: liveUrl(),
    onFrame: (frame) => this.accept(frame),
    onState: (state) => this.badge.setConnection(state),
  })
  private view: PageView | undefined
  private shownScene = ''
  private isPaused = false

  constructor() {
    this.stage?.setTheme(this.theme)
    onThemeChange((theme) => {
      this.theme = theme
      for (const part of [this.stage, this.view]) part?.setTheme(theme)
      this.stage?.requestDraw()
    })
    document.addEventListener('keydown', (event) => this.onKey(event))
  }

  private accept(frame: Frame): void {
    if (frame.kind === 'scene') this.showScene(frame)
    else if (frame.kind === 'status') this.status.setText(frame.text)
    else {
      if (frame.kind === 'state' || frame.kind === 'worlds') this.badge.touch()
      this.view?.accept(frame, this.isPaused)
    }
  }

  /** A server that comes back sends its scene again; with another one the page begins anew. */
  private showScene(frame: SceneFrame): void {
    if (frame.version !== FRAME_VERSION) {
      this.status.setLasting('This page is older than its server: reload it.')
      return
    }
    this.status.setText('')
    const text = JSON.stringify(frame)
    if (text === this.shownScene) return
    if (this.view !== undefined) {
      window.location.reload()
      return
    }
    this.shownScene = text
    document.title = `${frame.title} · sim2arm`
    document.body.dataset['shows'] = frame.shows
    byId('title').textContent = frame.title
    byId('source').textContent = frame.source
    this.view = this.createView(frame)
  }

  private createView(scene: SceneFrame): PageView {
    if (scene.shows === 'run') return new RunView(scene, this.stage, this.theme)
    const { stage } = this
    const ask = (request: PageRequest) => {
      this.setPaused(false)
      this.connection.send(request)
    }
    return new SampleView(scene, { stage, ask }, this.theme)
  }

  private setPaused(isPaused: boolean): void {
    this.isPaused = isPaused
    this.badge.setPaused(isPaused)
    if (!isPaused) this.view?.resume()
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === ' ') {
      // There the space bar already means something.
      if (event.target instanceof Element && event.target.closest('button, summary')) return
      event.preventDefault()
      this.setPaused(!this.isPaused)
    } else if (event.key === 'r') this.stage?.resetCamera()
    else this.view?.onKey(event.key)
  }
}

function liveUrl(): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/live`
}

new ViewerPage()
