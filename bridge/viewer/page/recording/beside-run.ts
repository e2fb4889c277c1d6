import { distanceToGoal } from '../../frame-values.ts'
import type { RunState } from '../../frames.ts'
import type { RecordingFrames } from '../../recording-frames.ts'
import { byId } from '../panel/by-id.ts'
import { RunFigure } from '../scene/run-figure.ts'
import type { Theme } from '../theme.ts'
import { PAST_S, Reel } from './reel.ts'

/** Another run beside the one that the page is about, at the same time since its own beginning. */
export class BesideRun {
  readonly figure: RunFigure | undefined
  readonly joints: readonly string[]
  private readonly reel: Reel
  private shown: RunState | undefined

  /** @param reachM - undefined where nothing can be drawn */
  constructor({ frames, scene }: RecordingFrames, reachM: number | undefined, theme: Theme) {
    this.reel = new Reel(frames)
    this.joints = scene.joints
    byId('beside').hidden = false
    byId('beside-title').textContent = scene.title
    byId('beside-source').textContent = scene.source
    if (reachM !== undefined) this.figure = new RunFigure(scene, reachM, theme)
  }

  /** Joints at a time [rad]; undefined before the first. */
  show(timeS: number, isNext: boolean): readonly number[] | undefined {
    const state = this.reel.stateAt(timeS)
    if (state !== undefined && state !== this.shown) {
      if (!isNext) this.figure?.forget()
      this.figure?.show(state)
      const sinceS = isNext ? (this.shown?.timeS ?? 0) : timeS - PAST_S
      for (const each of this.reel.interventionsIn(sinceS, timeS)) {
        this.figure?.markIntervention(each)
      }
    }
    this.shown = state
    const { counts } = this.reel.episodesUpTo(timeS)
    byId('beside-successes').textContent = `${counts.successes} of ${counts.episodes} in the goal`
    const distanceM = state === undefined ? Number.NaN : distanceToGoal(state)
    byId('beside-distance').textContent = Number.isFinite(distanceM)
      ? `${(1000 * distanceM).toFixed(0)} mm`
      : '–'
    return state?.q
  }
}
