import { createActorInEnv } from '../../policy/evaluate/actor-in-env.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { Randomization } from '../../sim/randomization/randomization.schema.ts'
import { actorInSimulation, createSimulation } from '../deploy/evaluate-simulation.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import type { ViewerScene } from './frames.ts'
import { playSample } from './play-sample.ts'
import { createSampleFrames } from './sample-frames.ts'
import type { Viewer } from './start-viewer.node.ts'
import type { LetThrough } from './viewer-server.node.ts'

export interface OpenViewer {
  readonly viewer: Viewer
  /** Aborts when the user or the viewer ends. */
  readonly signal: AbortSignal
  /** Throws what ended the viewer, if it was not asked to. */
  close(): Promise<void>
}

export interface SampleShow {
  readonly randomization: Randomization
  /** Draws beside each other. */
  readonly count: number
  readonly seed: number
  readonly openViewer: (
    scene: ViewerScene,
    onRequest: (request: LetThrough) => void,
  ) => Promise<OpenViewer>
}

/**
 * Simulates draws of a randomization in real time and shows them until the viewer's signal aborts; returns
 * how many draws were shown.
 */
export async function showSample(actor: TaskActor, show: SampleShow): Promise<number> {
  const { randomization, count, seed, openViewer } = show
  const env = await createSimulation(actor, { world: 'rapier', randomization, numEnvs: count })
  try {
    const frames = createSampleFrames(actor, env, randomization.name)
    const player = createActorInEnv(actorInSimulation(actor), env, seed)
    let isAsked = false
    const open = await openViewer(frames.scene, () => {
      isAsked = true
    })
    return await playSample({
      env,
      actor: player,
      frames,
      viewer: open.viewer,
      periodS: 1 / actor.onArm.control.policyRateHz,
      seed,
      clock: new RealClock(),
      signal: open.signal,
      takeRequest() {
        const wasAsked = isAsked
        isAsked = false
        return wasAsked
      },
    }).finally(() => open.close())
  } finally {
    env.dispose()
  }
}
