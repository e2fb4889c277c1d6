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
import { createStage, type Stage } from './scene/stage.ts'
import { onThemeChange, readTheme } from './theme.ts'

/** The page: frames come in, the view of their scene shows them. */
class ViewerPage {
  private theme = readTheme()
  private readonly status = new StatusLine()
  private readonly badge = new ConnectionBadge()
  private stage: Stage | undefined
  private connection: LiveConnection | undefined
  private player: RecordingPlayer | undefined
  private view: PageView | undefined
  private shownScene = ''
  private isPaused = false

  constructor() {
    onThemeChange((theme) => {
      this.theme = theme
      for (const part of [this.stage, this.view]) part?.setTheme(theme)
      this.stage?.requestDraw()
    })
    byId('stop').addEventListener('click', () => this.stop())
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.stop()
      else this.onKey(event)
    })
  }

  /** Shows what happens now. */
  follow(): void {
    this.connection = connectLive({
      url: liveUrl(),
      onFrame: (frame) => this.accept(frame),
      onState: (state) => {
        this.badge.setConnection(state)
        if (state === 'lost') this.view?.connectionLost()
        byId<HTMLButtonElement>('stop').disabled = state !== 'open'
      },
    })
  }

  /** Shows what has happened. */
  async play(): Promise<void> {
    const isPair = new URLSearchParams(window.location.search).has('beside')
    const [recording, beside] = await Promise.all([
      fetchRecording('./recording.json'),
      isPair ? fetchRecording('./beside.json') : undefined,
    ])
    if (recording === undefined || (isPair && beside === undefined)) {
      this.status.setLasting('The recording could not be loaded: is sim2arm view still running?')
      return
    }
    document.body.dataset['plays'] = 'recording'
    this.showScene({ kind: 'scene', version: FRAME_VERSION, ...recording.scene })
    this.badge.setConnection('recorded')
    if (beside !== undefined) (this.view as RunView).addBeside(beside, this.theme)
    const durationS = Math.max(recording.durationS, beside?.durationS ?? 0)
    this.player = new RecordingPlayer(
      { ...recording, durationS },
      (frame) => this.view?.accept(frame, false),
      (isPlaying) => this.badge.setPaused(!isPlaying),
    )
  }

  private accept(frame: Frame): void {
    if (frame.kind === 'scene') this.showScene(frame)
    else if (frame.kind === 'status') this.status.setText(frame.text)
    else {
      if (frame.kind === 'control') byId('stop').hidden = false
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
    const stage = createStage(byId<HTMLCanvasElement>('canvas'), this.status)
    stage?.setTheme(this.theme)
    this.stage = stage
    if (scene.shows === 'run') {
      const ask = (request: PageRequest) => this.connection?.send(request)
      return new RunView(scene, { stage, ask }, this.theme)
    }
    const ask = (request: PageRequest) => {
      this.setPaused(false)
      this.connection?.send(request)
    }
    return new SampleView(scene, { stage, ask }, this.theme)
  }

  /** Whatever else happens: a run that cannot be stopped from here ignores it. */
  private stop(): void {
    this.connection?.send({ kind: 'stop' })
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
    if (isElement && event.target.closest('select, input:not(#time), [role=tab]')) return
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

async function fetchRecording(path: string): Promise<RecordingFrames | undefined> {
  const answer = await fetch(path).catch(() => undefined)
  return answer?.ok === true ? ((await answer.json()) as RecordingFrames) : undefined
}

const page = new ViewerPage()
if (new URLSearchParams(window.location.search).has('recording')) await page.play()
else page.follow()
