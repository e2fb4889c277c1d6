import type { RunScene, RunState } from '../../frames.ts'
import type { Stage } from '../scene/stage.ts'
import type { ToDemo } from './messages.ts'

/** A pointer this near takes hold, beyond the thing's own radius [m]. */
const GRIP_M = 0.012

/** Drags object and goal over the table; everything else is left to the camera. */
export class Hand {
  private readonly stage: Stage
  private readonly tell: (message: ToDemo) => void
  private readonly objectRadiusM: number
  private readonly goalRadiusM: number
  private state: RunState | undefined
  private holds: 'object' | 'goal' | undefined

  /** @param place - what lies around the canvas: it hears of a pointer before the camera does */
  constructor(
    place: HTMLElement,
    stage: Stage,
    { thresholdM, world }: RunScene,
    tell: (message: ToDemo) => void,
  ) {
    this.stage = stage
    this.tell = tell
    this.objectRadiusM = world.objects[0]?.halfSizeM[0] ?? 0
    this.goalRadiusM = thresholdM
    place.addEventListener('pointerdown', (event) => this.take(event), { capture: true })
    place.addEventListener('pointermove', (event) => this.move(event))
    for (const end of ['pointerup', 'pointercancel'] as const) {
      place.addEventListener(end, () => this.letGo())
    }
  }

  see(state: RunState): void {
    this.state = state
  }

  private take(event: PointerEvent): void {
    const place = event.currentTarget as HTMLElement
    const at = this.stage.groundAt(event.clientX, event.clientY)
    this.holds = event.button === 0 && at !== undefined ? this.thingAt(at.x, at.y) : undefined
    if (this.holds === undefined) return
    event.stopPropagation()
    place.setPointerCapture(event.pointerId)
    this.move(event)
  }

  /** The object lies on the goal, not the other way round. */
  private thingAt(x: number, y: number): 'object' | 'goal' | undefined {
    if (this.state === undefined) return undefined
    const { goal, objects } = this.state
    const [objectX, objectY] = objects[0]?.position ?? [Number.NaN, Number.NaN]
    if (Math.hypot(x - objectX, y - objectY) < this.objectRadiusM + GRIP_M) return 'object'
    return Math.hypot(x - goal.x, y - goal.y) < this.goalRadiusM + GRIP_M ? 'goal' : undefined
  }

  private move(event: PointerEvent): void {
    if (this.holds === undefined) return
    const at = this.stage.groundAt(event.clientX, event.clientY)
    if (at === undefined) return
    this.tell({ kind: this.holds === 'object' ? 'carry' : 'moveGoal', x: at.x, y: at.y })
  }

  private letGo(): void {
    if (this.holds === 'object') this.tell({ kind: 'letGo' })
    this.holds = undefined
  }
}
