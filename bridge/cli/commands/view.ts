import { statSync } from 'node:fs'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ViewerScene } from '../../viewer/frames.ts'
import type { OpenViewer } from '../../viewer/show-sample.ts'
import type { LetThrough } from '../../viewer/viewer-server.node.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger } from '../option-values.ts'
import { aborted } from '../show-page.ts'

const MAX_PORT = 65_535
const MAX_COUNT = 64
const DEFAULT_COUNT = 16
const DEFAULT_SEED = 1
/** Options that only mean something together with `--sample`. */
const SAMPLE_OPTIONS = ['task', 'actor', 'count']

export const command: CommandDefinition = {
  examples: [
    'sim2arm view push-so101',
    'sim2arm view runs/push',
    'sim2arm view runs/',
    'sim2arm view run.mcap',
    'sim2arm view --sample wide --task push-tee --count 16',
  ],
  arguments: [
    {
      name: '[what]',
      description:
        'a policy, at work in a simulation in the page; the folder of a training run, or one of many runs, to start another from the page; or an MCAP file of deploy or demo --record or of eval --failures, with a time line',
    },
    { name: '[beside]', description: 'another MCAP file, beside the first on one time line' },
  ],
  options: [
    { flags: '--arm <name>', description: 'arm that is shown (default so101)' },
    {
      flags: '--sample <randomization>',
      description: 'show draws of a randomization beside each other, each world live',
    },
    { flags: '--task <name>', description: 'what the drawn worlds play (default push)' },
    {
      flags: '--actor <name>',
      description: 'who acts there: scripted (default), random, still, or a policy',
    },
    {
      flags: '--count <N>',
      description: `how many draws (default ${DEFAULT_COUNT})`,
      parse: parseInteger(1, MAX_COUNT),
    },
    {
      flags: '--host <address>',
      description: 'address on which the viewer listens',
      defaultValue: '127.0.0.1',
    },
    {
      flags: '--port <N>',
      description: 'port of the viewer, 0 for a free one',
      defaultValue: 8080,
      parse: parseInteger(0, MAX_PORT),
    },
    {
      flags: '--token <text>',
      description: 'who may start a training from the page of a folder; left out: a random one',
    },
  ],
  run(context) {
    if (context.args[0] !== undefined) return viewThing(context, context.args[0] as string)
    refuse(context.options, ['token'], 'an arm')
    return context.options['sample'] === undefined ? viewArm(context) : viewSample(context)
  },
}

/** What a name or path stands for. */
async function viewThing(context: CommandContext, given: string): Promise<CommandOutcome> {
  const { options } = context
  refuse(options, [...SAMPLE_OPTIONS, 'sample', 'arm'], given)
  if (/^[a-z]+:\/\//.test(given)) {
    throw new CodedError('BRIDGE_USAGE', `${given} is an address, not a file or a policy`, {
      hint: 'open the address that deploy, demo, train or eval --view shows in a browser; from elsewhere, start them with --view 0.0.0.0:8080',
    })
  }
  if (context.args[1] !== undefined && !given.endsWith('.mcap')) {
    throw new CodedError('BRIDGE_USAGE', `${given} is no recording: it has nothing beside it`, {
      hint: 'sim2arm view A.mcap B.mcap shows two runs beside each other',
    })
  }
  const kind = await kindOf(given)
  if (kind !== 'runs') refuse(options, ['token'], given)
  switch (kind) {
    case 'run':
      return (await import('../view-run.ts')).viewRun(context)
    case 'runs':
      return (await import('../view-runs.ts')).viewRuns(context)
    case 'policy':
      return (await import('../view-policy.ts')).viewPolicy(context)
    case 'recording':
      return (await import('../view-recording.ts')).viewRecording(context)
  }
}

async function kindOf(given: string): Promise<'run' | 'runs' | 'policy' | 'recording'> {
  const found = statSync(given, { throwIfNoEntry: false })
  // A folder of runs may come to be.
  if (found === undefined ? /[/\\]$/.test(given) : found.isDirectory()) {
    const { isRunFolder } = await import('../../viewer/read-training-run.node.ts')
    return isRunFolder(given) ? 'run' : 'runs'
  }
  // Names of policies have neither a folder nor an ending.
  const isName = found === undefined && /^[^./\\]+$/.test(given)
  return isName || given.endsWith('.onnx') ? 'policy' : 'recording'
}

/** Throws BRIDGE_USAGE for an option that means nothing here. */
function refuse(options: CommandContext['options'], names: readonly string[], what: string): void {
  const stray = names.find((name) => options[name] !== undefined)
  if (stray === undefined) return
  throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing about ${what}`, {
    hint: `leave --${stray} out`,
  })
}

/** An arm at rest. */
async function viewArm(context: CommandContext): Promise<CommandOutcome> {
  const { options } = context
  const stray = SAMPLE_OPTIONS.find((name) => options[name] !== undefined)
  if (stray !== undefined) {
    throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing without --sample`, {
      hint: `add --sample wide, or leave --${stray} out`,
    })
  }
  const { loadArmDescription } = await import('../../../robot/model/load-arm.node.ts')
  const { restingScene, restingState } = await import('../../viewer/resting-scene.ts')
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const open = await openViewer(context, restingScene(arm))
  open.viewer.state(restingState(arm))
  await aborted(open.signal)
  await open.close()
  return { result: { url: open.viewer.url } }
}

/** Draws of a randomization, each world live. */
async function viewSample(context: CommandContext): Promise<CommandOutcome> {
  const { options } = context
  const { loadRandomization } = await import(
    '../../../sim/randomization/load-randomization.node.ts'
  )
  const { loadTaskActor } = await import('../../deploy/task-actor.ts')
  const { showSample } = await import('../../viewer/show-sample.ts')
  const name = options['sample'] as string
  const actor = await loadTaskActor({
    name: (options['actor'] as string | undefined) ?? 'scripted',
    task: options['task'] as string | undefined,
    arm: options['arm'] as string | undefined,
  })
  const count = (options['count'] as number | undefined) ?? DEFAULT_COUNT
  const seed = context.seed ?? DEFAULT_SEED
  const draws = await showSample(actor, {
    randomization: loadRandomization(name),
    count,
    seed,
    openViewer: (scene, onRequest) => openViewer(context, scene, onRequest),
  })
  const { task, arm } = actor
  return {
    result: {
      randomization: name,
      task: task.name,
      arm: arm.name,
      actor: actor.name,
      count,
      seed,
      draws,
    },
  }
}

async function openViewer(
  { options, out, signal }: CommandContext,
  scene: ViewerScene,
  onRequest: (request: LetThrough) => void = () => {},
): Promise<OpenViewer> {
  const { startViewer } = await import('../../viewer/start-viewer.node.ts')
  let lost: CodedError | undefined
  const ended = new AbortController()
  const viewer = await startViewer({
    host: options['host'] as string,
    port: options['port'] as number,
    scene,
    onRequest,
    onLost(error) {
      lost = error
      ended.abort()
    },
  })
  out.event({ type: 'ready', url: viewer.url })
  out.line(`Viewer: ${viewer.url} (Ctrl-C ends it)`)
  return {
    viewer,
    signal: AbortSignal.any([signal, ended.signal]),
    async close() {
      await viewer.close()
      if (lost !== undefined) throw lost
    },
  }
}
