import type { Recorder } from '../../recording/recorder.node.ts'
import type { FoxgloveLive } from '../../streams/foxglove/foxglove-live.node.ts'
import { createSteeringMemory } from '../../streams/shared-steering.ts'
import { centimetres } from '../centimetres.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { FOXGLOVE_OPTIONS, openFoxglove } from '../foxglove.ts'
import { parseInteger } from '../option-values.ts'
import { describeRecording, startRecording } from '../recording.ts'
import type { RunViewer } from '../run-viewer.ts'
import { refuseBeside, refuseStrayToken } from '../stray-options.ts'

/** Until somebody stops it. */
const ENDLESS = 1_000_000
const DEMO_SEED = 1
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080

export const command: CommandDefinition = {
  examples: [
    'sim2arm demo',
    'sim2arm demo --policy scripted --arm koch --reality random:7 --episodes 3 --headless',
    'sim2arm demo --record run.mcap --foxglove',
  ],
  arguments: [],
  options: [
    {
      flags: '--policy <policy>',
      description: 'a policy, or scripted, random, still',
      defaultValue: 'push-so101',
    },
    {
      flags: '--task <name>',
      description: 'a task of pushing, for a baseline (default push) or a policy of your own task',
    },
    { flags: '--arm <name>', description: 'arm, for a baseline (default so101)' },
    {
      flags: '--reality <name>',
      description: 'set-up of the emulated arm: a name, a file, or random:SEED',
      defaultValue: 'workshop',
    },
    { flags: '--episodes <N>', description: 'end after so many', parse: parseInteger(1) },
    { flags: '--record <file>', description: 'write everything to an MCAP file' },
    { flags: '--headless', description: 'without the viewer' },
    {
      flags: '--host <address>',
      description: `address on which the viewer listens (default ${DEFAULT_HOST})`,
    },
    {
      flags: '--port <N>',
      description: `port of the viewer, 0 for a free one (default ${DEFAULT_PORT})`,
      parse: parseInteger(0, 65535),
    },
    ...FOXGLOVE_OPTIONS,
  ],
  run,
}

async function run(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  if (options['headless'] === true) {
    refuseStrayToken(options, ['foxglove'])
    refuseBeside(options, ['host', 'port'], '--headless')
  }
  const { loadTaskActor } = await import('../../deploy/task-actor.ts')
  const { loadDeployConfig } = await import('../../deploy/load-deploy-config.node.ts')
  const { checkEmulation, evaluateInRealTime } = await import(
    '../../deploy/evaluate-real-time.node.ts'
  )
  const { nominalCalibration } = await import('../../../robot/calibration/calibration.ts')
  const beganMs = performance.now()
  const actor = await loadTaskActor({
    name: options['policy'] as string,
    task: options['task'] as string | undefined,
    arm: options['arm'] as string | undefined,
  })
  const reality = options['reality'] as string
  checkEmulation(actor, reality)
  const { twinScene } = await import('../twin-scene.ts')
  const scene = twinScene(actor, reality)
  const config = loadDeployConfig(actor.arm.name)
  const seed = context.seed ?? DEMO_SEED
  const calibration = nominalCalibration(actor.arm)
  const steering = createSteeringMemory()
  const openViewer = async () => {
    const { openRunViewer } = await import('../run-viewer.ts')
    const { sensorFacts } = await import('../../viewer/arm-facts.ts')
    const place = {
      host: (options['host'] as string | undefined) ?? DEFAULT_HOST,
      port: (options['port'] as number | undefined) ?? DEFAULT_PORT,
    }
    const sensor = sensorFacts('the camera of the emulated arm', undefined)
    return openRunViewer(context, { place, scene, actor, config, sensor, hasHand: true, steering })
  }
  // The referee sets the goals: the network may stop the demo, no more.
  const stop = { '/emergency_stop': 'std_msgs/msg/Bool' } as const
  const { hasSucceeded } = await import('../../../policy/evaluate/evaluation.ts')
  const { outcomeOf } = await import('../../deploy/referee.ts')
  const { shownIn } = await import('../exam-viewer.ts')
  const thresholdM = actor.task.success.mainThresholdM
  let viewer: RunViewer | undefined
  let foxglove: FoxgloveLive | undefined
  let recorder: Recorder | undefined
  try {
    viewer = options['headless'] === true ? undefined : await openViewer()
    foxglove = await openFoxglove(context, `sim2arm demo ${actor.name}`, stop, steering)
    recorder = await startRecording(context, { actor, config, calibration, seed })
    const result = await evaluateInRealTime(actor, {
      reality,
      config,
      sinks: [recorder, foxglove].filter((sink) => sink !== undefined),
      episodes: (options['episodes'] as number | undefined) ?? ENDLESS,
      seed,
      thresholdsM: actor.task.success.thresholdsM,
      signal,
      onStarted: () => {
        const startupS = (performance.now() - beganMs) / 1000
        out.event({ type: 'started', startupS })
        out.line(`${actor.name} drives ${scene.source}, reality ${reality}; Ctrl-C ends`)
      },
      onProgress: (done, verdict) => {
        const { finalDistanceM } = verdict
        const isSuccess = hasSucceeded(outcomeOf(verdict), thresholdM)
        viewer?.episode({ episode: done - 1, finalDistanceM, isSuccess })
        out.event({ type: 'episode', episode: done - 1, finalDistanceM, isSuccess })
        out.line(
          `episode ${done}: ${isSuccess ? 'reached' : 'missed '} ${(finalDistanceM * 100).toFixed(1)} cm from the goal`,
        )
      },
      ...shownIn(viewer),
      incoming: [foxglove?.incoming, viewer?.stops].filter((each) => each !== undefined),
      ...(viewer && { hand: viewer.hand }),
    })
    await recorder?.close()
    const main = result.success[String(thresholdM)]
    const numSuccesses = Math.round((main?.rate ?? 0) * result.episodes)
    return {
      result: {
        policy: actor.name,
        task: actor.task.name,
        arm: actor.arm.name,
        world: 'twin',
        reality,
        ...result,
        recording: recorder === undefined ? null : describeRecording(recorder),
        wallS: (performance.now() - beganMs) / 1000,
      },
      summary: `${numSuccesses} of ${result.episodes} episodes within ${centimetres(thresholdM)}`,
    }
  } catch (error) {
    viewer?.tellEnd(error)
    throw error
  } finally {
    await recorder?.close()
    await viewer?.close()
    await foxglove?.close()
  }
}
