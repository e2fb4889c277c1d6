import { CodedError } from '../../configs/load/coded-error.ts'
import { type EvaluationResult, hasSucceeded } from '../../policy/evaluate/evaluation.ts'
import { realitiesOf } from '../../sim/world/reality.node.ts'
import type { Reality } from '../../sim/world/reality.ts'
import type { TwinEvaluation } from '../deploy/evaluate-twin.ts'
import { outcomeOf, type RefereeVerdict } from '../deploy/referee.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import type { CommandContext } from './command.ts'
import { openExamViewer, shownIn } from './exam-viewer.ts'
import { describeRecording, startRecording } from './recording.ts'
import type { RunViewer } from './run-viewer.ts'

/** The set-ups that a reality stands for. Throws BRIDGE_USAGE for several where only one can be. */
export function setUpsOf(reality: string, options: CommandContext['options']): string[] {
  const realities = realitiesOf(reality)
  const isOneAtATime = options['realTime'] === true || options['record'] !== undefined
  if (realities.length > 1 && isOneAtATime) {
    throw new CodedError('BRIDGE_USAGE', `${reality}: several set-ups are for virtual time`, {
      hint: 'one random:SEED at a time with --real-time or --record',
    })
  }
  return realities
}

/** Episodes on the emulated arm: on virtual time, or over a serial device with `--real-time`. */
export async function examineInTwin(
  actor: TaskActor,
  realities: readonly string[],
  context: CommandContext,
  wanted: Pick<TwinEvaluation, 'episodes' | 'seed' | 'thresholdsM' | 'signal'> & {
    readonly onProgress: (episodesDone: number) => void
  },
): Promise<EvaluationResult & { recording?: ReturnType<typeof describeRecording> }> {
  const isRealTime = context.options['realTime'] === true
  const { loadDeployConfig } = await import('../deploy/load-deploy-config.node.ts')
  const config = loadDeployConfig(actor.arm.name, context.set)
  if (isRealTime && actor.arm.bus === undefined) {
    throw new CodedError('BRIDGE_USAGE', `${actor.arm.name} has no servo bus for --real-time`, {
      hint: 'sim2arm twin and sim2arm deploy with --driver ros, where ROS 2 is sourced',
    })
  }
  const { nominalCalibration } = await import('../../robot/calibration/calibration.ts')
  const calibration = actor.arm.bus === undefined ? null : nominalCalibration(actor.arm)
  const facts = { actor, config, calibration, seed: wanted.seed, isVirtual: !isRealTime }
  const recorder = await startRecording(context, facts)
  let viewer: RunViewer | undefined
  const onProgress = (done: number, verdict: RefereeVerdict) => {
    const episode = done - 1
    const { finalDistanceM } = verdict
    const isSuccess = hasSucceeded(outcomeOf(verdict), actor.task.success.mainThresholdM)
    viewer?.episode({ episode, finalDistanceM, isSuccess })
    context.out.event({ type: 'episode', episode, finalDistanceM, isSuccess })
    wanted.onProgress(done)
  }
  const sinks = recorder === undefined ? [] : [recorder]
  const options = { config, ...wanted, onProgress, sinks }
  try {
    viewer = await openExamViewer(context, { actor, config, reality: realities[0]! })
    const result = isRealTime
      ? await (await import('../deploy/evaluate-real-time.node.ts')).evaluateInRealTime(actor, {
          ...options,
          ...shownIn(viewer),
          reality: realities[0]!,
        })
      : await onVirtualTime(actor, realities, options)
    await recorder?.close()
    return { ...result, ...(recorder && { recording: describeRecording(recorder) }) }
  } catch (error) {
    viewer?.tellEnd(error)
    throw error
  } finally {
    await Promise.all([recorder?.close(), viewer?.close()])
  }
}

async function onVirtualTime(
  actor: TaskActor,
  names: readonly string[],
  options: Omit<TwinEvaluation, 'reality'>,
): Promise<EvaluationResult> {
  const { loadReality } = await import('../../sim/world/reality.node.ts')
  const { evaluateInTwin, evaluatePopulation } = await import('../deploy/evaluate-twin.ts')
  const [reality, ...others] = names.map((name) => loadReality(name)) as [Reality, ...Reality[]]
  return others.length === 0
    ? evaluateInTwin(actor, { ...options, reality })
    : evaluatePopulation(actor, [reality, ...others], options)
}
