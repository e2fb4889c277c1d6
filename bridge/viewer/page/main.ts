import { FRAME_VERSION, type Frame, type SceneFrame } from '../frames.ts'
import type { RecordingFrames } from '../recording-frames.ts'
import type { PageRequest } from '../requests.schema.ts'
import { connectLive, type LiveConnection } from './live-connection.ts'
import type { PageView } from './page-view.ts'
import { byId } from './panel/by-id.ts'
import { ConnectionBadge } from './panel/connection-badge.ts'
import { StatusLine } from './panel/status-line.ts'
import { RecordingPlayer } from './recording/recording-player.ts'
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
  private connection: LiveConnection | undefined
  private player: RecordingPlayer | undefined
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

  /** Shows what happens now. */
  follow(): void {
    this.connection = connectLive({
      url: liveUrl(),
      onFrame: (frame) => this.accept(frame),
      onState: (state) => this.badge.setConnection(state),
    })
  }

  /** Shows what has happened. */
  async play(): Promise<void> {
    const recording = await fetchRecording(this.status)
    if (recording === undefined) return
    document.body.dataset['plays'] = 'recording'
    this.showScene({ kind: 'scene', version: FRAME_VERSION, ...recording.scene })
    this.badge.setConnection('recorded')
    this.player = new RecordingPlayer(
      recording,
      (frame) => this.view?.accept(frame, false),
      (isPlaying) => this.badge.setPaused(!isPlaying),
    )
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
      this.connection?.send(request)
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
    // There keys already mean something.
    const isElement = event.target instanceof Element
    if (isElement && event.target.closest('select, input[type=checkbox], input[type=radio]')) return
    const isPressed = event.key === ' ' && isElement && event.target.closest('button, summary')
    if (isPressed) return
    if (this.player?.onKey(event.key)) event.preventDefault()
    else if (event.key === ' ') {
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

async function fetchRecording(status: StatusLine): Promise<RecordingFrames | undefined> {
  const answer = await fetch('./recording.json').catch(() => undefined)
  if (answer?.ok) return (await answer.json()) as RecordingFrames
  status.setLasting('The recording could not be loaded: is sim2arm view still running?')
  return undefined
}

const page = new ViewerPage()
if (new URLSearchParams(window.location.search).has('recording')) await page.play()
else page.follow()
