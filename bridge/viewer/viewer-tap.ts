import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import type { EpisodeResult } from '../deploy/episode-judge.ts'
import type { CycleView, LoopTap, LoopView } from '../deploy/loop-tap.ts'
import type { ArmWatch } from './arm-watch.ts'
import { distanceToGoal, placeOnTable, toVector3 } from './frame-values.ts'
import type { ArmState, GoalPlace, ObjectPlace, RunEpisode, RunScene, RunState } from './frames.ts'

/** An arm in somebody's hand is shown as often as this [s]. */
const IN_HAND_S = 0.045
/** Without a policy step for so long, cycles are shown instead [s]. */
const QUIET_S = 0.1

export interface ViewerTapOptions {
  readonly viewer: { state(state: RunState): void; episode(episode: RunEpisode): void }
  readonly scene: Pick<RunScene, 'world' | 'thresholdM'>
  /** Of the safety filter, since the start. */
  readonly interventions: () => Readonly<Record<string, number>>
  /** Set-point loop over the last second. */
  readonly loop: () => RunState['loop']
  /** Left out: only the task is shown. */
  readonly arm?: ArmWatch
}

/**
 * Shows a control loop in the viewer: copies each policy step out of the loop's own arrays, and while the policy waits,
 * the arm by itself.
 */
export function createViewerTap(options: ViewerTapOptions): LoopTap {
  const { arm, viewer } = options
  let last: RunState | undefined
  let shownS = Number.NEGATIVE_INFINITY
  const show = (state: RunState) => {
    const watched = arm?.state()
    last = state
    shownS = state.timeS
    viewer.state(arm === undefined || watched === undefined ? state : withArm(state, arm, watched))
  }
  return {
    cycle(view) {
      arm?.cycle(view)
      const pauseS = view.isInHand ? IN_HAND_S : QUIET_S
      if (arm === undefined || view.timeS - shownS < pauseS) return
      show(idleState(view, arm, last ?? nothingSeen(options, arm, view)))
    },
    policyStep(view) {
      show(stateOf(view, options))
    },
    episode({ episode, finalDistanceM, isSuccess }: EpisodeResult) {
      viewer.episode({ episode, finalDistanceM, isSuccess })
    },
  }
}

function stateOf(view: LoopView, options: ViewerTapOptions): RunState {
  const { interventions, loop, scene } = options
  const { goal, objects } = view
  const places = objects.map((object, index) => placeOf(object, index, scene.world, goal.length))
  const [object] = objects as [ObjectMeasurement]
  const goalPlace: GoalPlace = { x: goal[0]!, y: goal[1]!, ...(goal.length > 2 && { z: goal[2]! }) }
  return {
    timeS: view.timeS,
    q: Array.from(view.measuredQ),
    commandQ: Array.from(view.command),
    tip: toVector3(view.tip),
    commandedTip: toVector3(view.commandedTip),
    objects: places,
    objectAgeS: object.ageS,
    goal: goalPlace,
    isReached:
      distanceToGoal({ goal: goalPlace, objects: places, tip: toVector3(view.tip) }) <
      scene.thresholdM,
    action: Array.from(view.action),
    rule: view.rule,
    interventions: { ...interventions() },
    stateNorm: norm(view.state),
    loop: loop(),
  }
}

/** The whole arm too, and what safety made of the set-points. */
function withArm(state: RunState, arm: ArmWatch, watched: ArmState): RunState {
  const commandQ = arm.pick(watched.sentQ)
  return { ...state, commandQ, wantedQ: arm.pick(watched.wantedQ), arm: watched }
}

/** The arm of now in the surroundings of before. */
function idleState({ command, reading, rule, timeS }: CycleView, arm: ArmWatch, before: RunState) {
  const { objectAgeS } = before
  return {
    ...before,
    timeS,
    q: arm.pick(reading.positionRad),
    tip: arm.tipAt(reading.positionRad),
    commandedTip: arm.tipAt(command),
    objectAgeS: objectAgeS === null ? null : objectAgeS + timeS - before.timeS,
    rule,
  }
}

/** Before the first policy step: the goal is shown under the tool. */
function nothingSeen(options: ViewerTapOptions, arm: ArmWatch, { reading, timeS }: CycleView) {
  const tip = arm.tipAt(reading.positionRad)
  return {
    ...{ timeS, tip, commandedTip: tip, q: [], objects: [null], objectAgeS: null },
    goal: { x: tip[0], y: tip[1] },
    ...{ isReached: false, action: [], rule: '', interventions: { ...options.interventions() } },
    loop: options.loop(),
  }
}

/** @param goalSize - where goals have heights, so have objects; else they lie on the table */
function placeOf(
  { ageS, xM, yM, zM, yawRad }: ObjectMeasurement,
  index: number,
  world: RunScene['world'],
  goalSize: number,
): ObjectPlace | null {
  if (!Number.isFinite(ageS)) return null
  const onTable = placeOnTable(world, xM, yM, yawRad, index)
  return goalSize > 2 ? { ...onTable, position: [xM, yM, zM] } : onTable
}

function norm(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum)
}
