import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { RealTimeEvaluation } from '../deploy/evaluate-real-time.node.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import type { CommandContext } from './command.ts'
import { parseViewPlace } from './option-values.ts'
import { openRunViewer, type RunViewer } from './run-viewer.ts'

/** The viewer of an exam on the emulated arm, to watch and to stop it; if it is asked for. */
export async function openExamViewer(
  context: CommandContext,
  { actor, config, reality }: { actor: TaskActor; config: DeployConfig; reality: string },
): Promise<RunViewer | undefined> {
  const view = context.options['view']
  if (view === undefined) return undefined
  const [{ sensorFacts }, { twinScene }] = await Promise.all([
    import('../viewer/arm-facts.ts'),
    import('./twin-scene.ts'),
  ])
  return openRunViewer(context, {
    place: parseViewPlace(view),
    scene: twinScene(actor, reality),
    ...{ actor, config, hasHand: false },
    sensor: sensorFacts('the camera of the emulated arm', undefined),
  })
}

/** What an evaluation in real time takes so that it is shown; the referee's verdicts instead of the controller's own. */
export function shownIn(
  viewer: RunViewer | undefined,
): Pick<RealTimeEvaluation, 'createTap' | 'incoming'> {
  if (viewer === undefined) return {}
  return {
    incoming: [viewer.stops],
    createTap: (loop) => ({ ...viewer.createTap(loop), episode() {} }),
  }
}
