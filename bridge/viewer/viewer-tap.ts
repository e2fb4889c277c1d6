import { tableHeightAt } from '../../sim/scene/table.ts'
import type { LoopTap, LoopView } from '../deploy/control-loop.ts'
import type { EpisodeResult } from '../deploy/episode-judge.ts'
import type { Vector3, ViewerEpisode, ViewerScene, ViewerState } from './frames.ts'

export interface ViewerTapOptions {
  readonly viewer: { state(state: ViewerState): void; episode(episode: ViewerEpisode): void }
  readonly scene: Pick<ViewerScene, 'object' | 'table'>
  /** Of the safety filter, since the start. */
  readonly interventions: () => Readonly<Record<string, number>>
  /** Set-point loop over the last second. */
  readonly loop: () => ViewerState['loop']
}

/** Shows a control loop in the viewer: copies each policy step out of the loop's own arrays. */
export function createViewerTap(options: ViewerTapOptions): LoopTap {
  const { viewer, scene, interventions, loop } = options
  return {
    policyStep(view) {
      viewer.state({
        timeS: view.timeS,
        q: Array.from(view.measuredQ),
        commandQ: Array.from(view.command),
        tip: vector3(view.tip),
        commandedTip: vector3(view.commandedTip),
        object: objectOf(view, scene),
        goal: { x: view.goal[0]!, y: view.goal[1]! },
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

/** The sensor gives a place on the table; the puck lies there. */
function objectOf({ object }: LoopView, scene: ViewerTapOptions['scene']): ViewerState['object'] {
  const { xM: x, yM: y, ageS } = object
  return { x, y, z: tableHeightAt(scene.table, x, y) + scene.object.halfHeightM, ageS }
}

function vector3(from: Float64Array): Vector3 {
  return [from[0]!, from[1]!, from[2]!]
}

function norm(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum)
}
