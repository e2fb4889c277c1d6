import { byId } from '../panel/by-id.ts'
import { type Playhead, SPEEDS } from './playhead.ts'
import type { Reel } from './reel.ts'

export interface TimeLineOptions {
  readonly playhead: Playhead
  readonly reel: Reel
  readonly durationS: number
  /** Somebody changed something. */
  readonly onChange: () => void
}

/** Play button, slider with the ends of episodes, time, speed and loop. */
export class TimeLine {
  private readonly options: TimeLineOptions
  private readonly play = byId<HTMLButtonElement>('play')
  private readonly slider = byId<HTMLInputElement>('time')
  private readonly speed = byId<HTMLSelectElement>('speed')
  private readonly loop = byId<HTMLInputElement>('loop')

  constructor(options: TimeLineOptions) {
    const { durationS, onChange, playhead, reel } = options
    this.options = options
    this.slider.max = String(durationS)
    for (const speed of SPEEDS) this.speed.add(new Option(`${speed} ×`, String(speed)))
    byId('episode-ends').replaceChildren(
      ...reel.episodes.map(({ timeS, value }) =>
        mark(timeS / durationS, value.isSuccess ? 'is-success' : 'is-miss'),
      ),
      ...reel.interventions.map(({ timeS }) => mark(timeS / durationS, 'is-intervention')),
    )
    byId('interventions-legend').hidden = reel.interventions.length === 0
    const on = (element: HTMLElement, event: string, act: () => void) =>
      element.addEventListener(event, () => {
        act()
        onChange()
      })
    on(this.play, 'click', () => playhead.toggle())
    on(this.slider, 'input', () => playhead.seek(this.slider.valueAsNumber))
    on(this.speed, 'change', () => playhead.setSpeed(Number(this.speed.value)))
    on(this.loop, 'change', () => {
      playhead.isLooping = this.loop.checked
    })
    byId('time-line').hidden = false
    this.show()
  }

  show(): void {
    const { durationS, playhead } = this.options
    const { isLooping, isPlaying, speed, timeS } = playhead
    const text = `${timeS.toFixed(2)} of ${durationS.toFixed(2)} s`
    this.play.textContent = isPlaying ? 'Pause' : 'Play'
    this.slider.value = String(timeS)
    this.slider.setAttribute('aria-valuetext', text)
    byId('time-text').textContent = text
    this.speed.value = String(speed)
    this.loop.checked = isLooping
  }
}

/** @param share - of the way along the line */
function mark(share: number, className: string): HTMLElement {
  const element = document.createElement('i')
  element.className = className
  element.style.left = `${100 * share}%`
  return element
}
