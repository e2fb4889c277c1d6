import type { EpisodeOutcome } from '../../policy/evaluate/episode-runner.ts'
import type { EvaluationMoment } from '../../policy/evaluate/evaluate-vec-env.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { isWithin } from '../../sim/tasks/task.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import {
  playInSimulation,
  type SimulationEvaluation,
  watchBoth,
} from '../deploy/evaluate-simulation.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { createSampleFrames } from '../viewer/sample-frames.ts'
import { startViewer, type Viewer } from '../viewer/start-viewer.node.ts'
import type { CommandContext } from './command.ts'
import { parseViewPlace } from './option-values.ts'

/** Arms that are shown of those that play, at most. */
const MAX_ARMS = 64
/** How long the end of the episodes is left to look at [s]. */
const LOOK_S = 1

/**
 * As `playInSimulation`, with the same outcomes, its episodes shown in real time, or as fast as this machine goes.
 * Throws BRIDGE_PORT_BUSY, and the signal's reason when it aborts. A viewer that ends is told of; what is played goes on.
 */
export async function showEvaluation(
  actor: TaskActor,
  { options, out, signal }: CommandContext,
  evaluation: SimulationEvaluation,
): Promise<EpisodeOutcome[]> {
  let viewer: Viewer | undefined
  const watch = async (env: TaskEnv) => {
    const { episodes, randomization } = evaluation
    const frames = createSampleFrames(actor, env, randomization, MAX_ARMS)
    const shown = await startViewer({
      ...parseViewPlace(options['view']),
      scene: {
        ...frames.scene,
        source: `evaluation in ${evaluation.world}, ${actor.name} acting`,
        playedBy: { kind: 'evaluation', episodes, atOnce: env.numEnvs },
      },
      onLost: (error) => out.line(error.line),
    })
    viewer = shown
    out.event({ type: 'ready', url: shown.url })
    out.line(`Viewer: ${shown.url}`)
    const clock = new RealClock()
    const periodS = 1 / actor.onArm.control.policyRateHz
    let nextS = clock.now()
    return async ({ episode, outcomes, step }: EvaluationMoment) => {
      if (step === 0) shown.draws({ ...frames.draws(episode), before: countsOf(actor, outcomes) })
      shown.worlds(frames.states(episode))
      nextS = Math.max(nextS, clock.now()) + (step === env.episodeSteps ? LOOK_S : periodS)
      await clock.sleepUntil(nextS, signal)
    }
  }
  try {
    const both = watchBoth(watch, evaluation.watch)
    return await playInSimulation(actor, { ...evaluation, watch: both })
  } finally {
    await viewer?.close()
  }
}

function countsOf({ task }: TaskActor, outcomes: readonly EpisodeOutcome[]) {
  const { mainThresholdM } = task.success
  const successes = outcomes.filter(({ distanceM }) => isWithin(distanceM, mainThresholdM)).length
  return { episodes: outcomes.length, successes }
}
