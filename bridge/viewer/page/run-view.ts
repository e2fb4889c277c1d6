import 'uplot/dist/uPlot.min.css'
import type { RunScene, RunState } from '../frames.ts'
import type { PageFrame, PageView } from './page-view.ts'
import { byId } from './panel/by-id.ts'
import { showLoopFacts } from './panel/loop-facts.ts'
import { Score } from './panel/score.ts'
import { createDistancePlot, type DistancePlot } from './plots/distance-plot.ts'
import { createJointPlot, type JointPlot } from './plots/joint-plot.ts'
import { armReach } from './scene/arm-reach.ts'
import { RunFigure } from './scene/run-figure.ts'
import type { Stage } from './scene/stage.ts'
import { armView } from './scene/stage-view.ts'
import type { Theme } from './theme.ts'

/** One arm at work: scene, score, plots and the loop's figures. */
export class RunView implements PageView {
  private readonly stage: Stage | undefined
  private readonly figure: RunFigure | undefined
  private readonly score: Score
  private readonly distancePlot: DistancePlot
  private readonly jointPlot: JointPlot

  /** @param stage - undefined where nothing can be drawn */
  constructor(scene: RunScene, stage: Stage | undefined, theme: Theme) {
    const { joints, thresholdM } = scene
    this.stage = stage
    this.score = new Score(scene)
    this.distancePlot = createDistancePlot(byId('distance-plot'), thresholdM, theme)
    this.jointPlot = createJointPlot(byId('joint-plot'), byId('joints'), joints, theme)
    byId('threshold').textContent = `within ${(1000 * thresholdM).toFixed(0)} mm`
    if (stage === undefined) return
    const reachM = armReach(scene.arm)
    this.figure = new RunFigure(scene, reachM, theme)
    stage.world.add(this.figure.group)
    stage.setView(armView(reachM))
  }

  accept(frame: PageFrame, isPaused: boolean): void {
    switch (frame.kind) {
      case 'history':
        this.score.setHistory(frame.counts, frame.recent)
        break
      case 'episode':
        this.score.add(frame, frame.counts)
        break
      case 'state':
        if (!isPaused) this.show([frame])
        break
      case 'past':
        if (!frame.isNext || frame.hasEpisode) this.score.setHistory(frame.counts, frame.recent)
        if (!frame.isNext) this.forget()
        this.show(frame.states)
    }
  }

  setTheme(theme: Theme): void {
    for (const part of [this.figure, this.distancePlot, this.jointPlot]) part?.setTheme(theme)
  }

  resume(): void {}

  onKey(): void {}

  private forget(): void {
    for (const part of [this.figure, this.distancePlot, this.jointPlot]) part?.forget()
  }

  /** Shows the last of some states, and the way to it. */
  private show(states: readonly RunState[]): void {
    for (const state of states) {
      const { timeS } = state
      this.figure?.show(state)
      this.distancePlot.push(timeS, distanceOf(state))
      this.jointPlot.push(timeS, state.q, state.commandQ)
    }
    this.stage?.requestDraw()
    this.distancePlot.draw()
    this.jointPlot.draw()
    const last = states.at(-1)
    if (last !== undefined) showLoopFacts(last, distanceOf(last))
  }
}

/** From object to goal on the table [m]. */
function distanceOf({ goal, objects }: RunState): number {
  const [x, y] = objects[0]?.position ?? [Number.NaN, Number.NaN]
  return Math.hypot(x - goal.x, y - goal.y)
}
