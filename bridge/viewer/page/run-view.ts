import 'uplot/dist/uPlot.min.css'
import { distanceToGoal } from '../frame-values.ts'
import type { RunScene, RunState } from '../frames.ts'
import type { RecordingFrames } from '../recording-frames.ts'
import type { PageRequest } from '../requests.schema.ts'
import type { PageFrame, PageView } from './page-view.ts'
import { ArmPanel } from './panel/arm-panel.ts'
import { byId } from './panel/by-id.ts'
import { HandPanel } from './panel/hand-panel.ts'
import { showLoopFacts } from './panel/loop-facts.ts'
import { FIGURES_EVERY_MS, Paced } from './panel/paced.ts'
import { Score } from './panel/score.ts'
import { createDistancePlot, type DistancePlot } from './plots/distance-plot.ts'
import { createJointPlot, type JointPlot } from './plots/joint-plot.ts'
import { BesideRun } from './recording/beside-run.ts'
import { armReach } from './scene/arm-reach.ts'
import { PAIR, RunFigure } from './scene/run-figure.ts'
import type { Stage } from './scene/stage.ts'
import { armView, gridView } from './scene/stage-view.ts'
import type { Theme } from './theme.ts'

export interface RunViewOptions {
  /** Undefined where nothing can be drawn. */
  readonly stage: Stage | undefined
  readonly ask: (request: PageRequest) => void
}

/** One arm at work: scene, score, plots and the loop's figures. */
export class RunView implements PageView {
  private readonly stage: Stage | undefined
  private readonly figure: RunFigure | undefined
  private readonly score: Score
  private readonly distancePlot: DistancePlot
  private readonly jointPlot: JointPlot
  private readonly hand: HandPanel
  private readonly arm: ArmPanel
  private readonly joints: readonly string[]
  private readonly reachM: number
  private readonly figures = new Paced(FIGURES_EVERY_MS, () => this.showFigures())
  private last: RunState | undefined
  private beside: BesideRun | undefined

  constructor(scene: RunScene, { ask, stage }: RunViewOptions, theme: Theme) {
    const { joints, thresholdM } = scene
    this.stage = stage
    this.joints = joints
    this.hand = new HandPanel(ask)
    this.arm = new ArmPanel(this.hand)
    this.score = new Score(scene)
    this.distancePlot = createDistancePlot(byId('distance-plot'), thresholdM, theme)
    this.jointPlot = createJointPlot(byId('joint-plot'), byId('joints'), joints, theme)
    byId('threshold').textContent = `within ${(1000 * thresholdM).toFixed(0)} mm`
    const reachM = armReach(scene.arm)
    this.reachM = reachM
    if (stage === undefined) return
    this.figure = new RunFigure(scene, reachM, theme)
    stage.world.add(this.figure.group)
    stage.setView(armView(reachM))
    void this.figure.loadMesh().then(() => stage.requestDraw())
  }

  accept(frame: PageFrame, isPaused: boolean): void {
    switch (frame.kind) {
      case 'history':
        this.score.setHistory(frame.counts, frame.recent)
        break
      case 'episode':
        this.score.add(frame, frame.counts)
        break
      case 'arm':
        this.arm.setFacts(frame)
        this.figure?.setSensor(frame.sensor)
        this.stage?.requestDraw()
        break
      case 'intervention':
        this.arm.add(frame)
        this.figure?.markIntervention(frame)
        byId('interventions-legend').hidden = false
        break
      case 'control':
        this.hand.show(frame)
        break
      case 'state':
        if (!isPaused) this.show([frame])
        break
      case 'past':
        if (!frame.isNext || frame.hasEpisode) this.score.setHistory(frame.counts, frame.recent)
        if (!frame.isNext) this.forget()
        this.showBeside(frame.timeS, frame.isNext)
        this.show(frame.states)
        for (const each of frame.interventions) this.figure?.markIntervention(each)
        if (!frame.isNext) this.figures.now()
    }
  }

  setTheme(theme: Theme): void {
    const { distancePlot, figure, jointPlot } = this
    for (const part of [figure, this.beside?.figure, distancePlot, jointPlot]) part?.setTheme(theme)
  }

  /** Another recording, beside this one. */
  addBeside(recording: RecordingFrames, theme: Theme): void {
    const { figure, reachM, stage } = this
    const beside = new BesideRun(recording, stage && reachM, theme)
    this.beside = beside
    if (stage === undefined || figure === undefined || beside.figure === undefined) return
    // Seen from in front the first is on the left, which is the arm's right.
    figure.group.position.y = -PAIR.side * reachM
    beside.figure.group.position.y = PAIR.side * reachM
    stage.world.add(beside.figure.group)
    void beside.figure.loadMesh().then(() => stage.requestDraw())
    const { centre, halfX, halfY } = PAIR.area
    const area = {
      centre: { x: centre.x * reachM, y: 0 },
      halfX: halfX * reachM,
      halfY: halfY * reachM,
    }
    // At work they are half as high as they reach far.
    stage.setView(gridView(area, 0.55 * reachM))
  }

  private showBeside(timeS: number, isNext: boolean): void {
    const q = this.beside?.show(timeS, isNext)
    const isSameArm = this.beside?.joints.join() === this.joints.join()
    if (this.figure !== undefined) this.figure.comparedQ = isSameArm ? q : undefined
  }

  resume(): void {}

  connectionLost(): void {
    this.hand.connectionLost()
  }

  onKey(key: string): void {
    if (key !== 'g' || this.figure === undefined) return
    this.figure.hasGhost = !this.figure.hasGhost
    if (this.last !== undefined) this.figure.show(this.last)
    this.stage?.requestDraw()
  }

  private forget(): void {
    for (const part of [this.figure, this.distancePlot, this.jointPlot]) part?.forget()
  }

  /** Shows the last of some states, and the way to it. */
  private show(states: readonly RunState[]): void {
    for (const state of states) {
      const { timeS } = state
      this.figure?.show(state)
      this.distancePlot.push(timeS, distanceToGoal(state))
      this.jointPlot.push(state)
    }
    this.last = states.at(-1) ?? this.last
    byId('wanted-legend').hidden = this.last?.wantedQ === undefined
    this.stage?.requestDraw()
    this.figures.ask()
  }

  private showFigures(): void {
    const { last } = this
    this.distancePlot.draw()
    this.jointPlot.draw()
    if (last === undefined) return
    showLoopFacts(last, distanceToGoal(last))
    if (last.arm !== undefined) this.arm.show(last, last.arm)
  }
}
