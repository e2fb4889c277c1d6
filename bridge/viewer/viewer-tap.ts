import type { EpisodeResult } from '../deploy/episode-judge.ts'
import type { LoopTap, LoopView } from '../deploy/loop-tap.ts'
import { placeOnTable, toVector3 } from './frame-values.ts'
import type { ObjectPlace, RunEpisode, RunScene, RunState } from './frames.ts'

export interface ViewerTapOptions {
  readonly viewer: { state(state: RunState): void; episode(episode: RunEpisode): void }
  readonly scene: Pick<RunScene, 'world' | 'thresholdM'>
  /** Of the safety filter, since the start. */
  readonly interventions: () => Readonly<Record<string, number>>
  /** Set-point loop over the last second. */
  readonly loop: () => RunState['loop']
}

/** Shows a control loop in the viewer: copies each policy step out of the loop's own arrays. */
export function createViewerTap(options: ViewerTapOptions): LoopTap {
  const { viewer, scene, interventions, loop } = options
  return {
    policyStep(view) {
      const { goal, object } = view
      const place = placeOf(view, scene.world)
      const distanceM = Math.hypot(object.xM - goal[0]!, object.yM - goal[1]!)
      viewer.state({
        timeS: view.timeS,
        q: Array.from(view.measuredQ),
        commandQ: Array.from(view.command),
        tip: toVector3(view.tip),
        commandedTip: toVector3(view.commandedTip),
        objects: [place],
        objectAgeS: object.ageS,
        goal: { x: goal[0]!, y: goal[1]! },
        isReached: place !== null && distanceM < scene.thresholdM,
        action: Array.from(view.action),
        rule: view.rule,
        interventions: { ...interventions() },
        stateNorm: norm(view.state),
        loop: loop(),
      })
    },
    episode({ episode, finalDistanceM, isSuccess }: EpisodeResult) {
      viewer.episode({ episode, finalDistanceM, isSuccess })
    },
  }
}

function placeOf({ object }: LoopView, world: RunScene['world']): ObjectPlace | null {
  if (!Number.isFinite(object.ageS)) return null
  return placeOnTable(world, object.xM, object.yM, object.yawRad)
}

function norm(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum)
}
