import type { EvaluationResult } from '../../../policy/evaluate/evaluation.ts'
import { HELD_OUT_SEED } from '../../../policy/evaluate/held-out.ts'
import type { KnownFailure } from '../../deploy/failure-watch.ts'
import type { FailureFacts } from '../../recording/record-failures.node.ts'
import { checkFolders } from '../check-folders.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import {
  checkQuestions,
  checkViewOptions,
  checkWorldOptions,
  DEFAULT_RANDOMIZATION,
  EVAL_WORLDS,
  type EvalWorld,
  isSimulated,
} from '../eval-options.ts'
import { describeEvaluation, type Engine } from '../evaluation-report.ts'
import { DEFAULT_VIEW, parseInteger, parseNumberList, refuseOverrides } from '../option-values.ts'
import { tellOutcome } from '../tell-outcome.ts'

const DEFAULT_EPISODES = { rapier: 512, mujoco: 512, twin: 25, arm: 10 } as const

export const command: CommandDefinition = {
  examples: [
    'sim2arm eval push-so101 --world mujoco --randomization wide --episodes 2000',
    'sim2arm eval scripted --task stack --arm koch --episodes 200',
    'sim2arm eval push-so101 --world twin --reality workshop --episodes 100',
    'sim2arm eval push-so101 --world twin --reality random:1-20 --episodes 25',
    'sim2arm eval push-so101 --world arm --port /dev/ttyACM0 --calibration my_arm.yaml --sensor object=rosbridge://127.0.0.1:9090/object/pose',
  ],
  arguments: [{ name: '<policy>', description: 'a policy, or scripted, teacher, random, still' }],
  options: [
    {
      flags: '--task <name>',
      description:
        'task, a name or a file, for a baseline (default push) or a policy of your own task',
    },
    { flags: '--arm <name>', description: 'arm, for a baseline (default so101)' },
    {
      flags: '--world <name>',
      description: 'where to play',
      choices: EVAL_WORLDS,
      defaultValue: 'rapier',
    },
    {
      flags: '--randomization <name>',
      description: `draws of the simulated worlds (default ${DEFAULT_RANDOMIZATION})`,
    },
    {
      flags: '--perfect-sensing',
      description: 'simulated sensors without error or delay: which draws are possible at all',
    },
    {
      flags: '--sensitivity',
      description: 'simulated worlds: which of the drawn parameters success depends on',
    },
    {
      flags: '--failures <dir>',
      description: 'simulated worlds: a recording of each kind of failure, for view',
    },
    {
      flags: '--against <engine>',
      description: 'play the same draws in this engine too and print the difference',
      choices: ['rapier', 'mujoco'],
    },
    {
      flags: '--substeps <N>',
      description: 'steps of MuJoCo’s own in 8 ms (default 4), where results hang on them',
      parse: parseInteger(1, 64),
    },
    {
      flags: '--reality <name>',
      description:
        'set-up of the twin: a name, a file, random:SEED, or many, random:1-20 (default: the arm’s own)',
    },
    { flags: '--episodes <N>', description: 'how many, of each set-up', parse: parseInteger(1) },
    {
      flags: '--goals <N>',
      description: 'goals per draw of physics, one after the other; how the later ones go',
      parse: parseInteger(1, 100),
    },
    { flags: '--reset-state', description: 'with --goals: forget at every new goal' },
    {
      flags: '--readout',
      description: 'how well the recurrent state tells friction, mass and delays (R²)',
    },
    {
      flags: '--thresholds <list>',
      description: 'distances that count as success [m] (default: the task’s)',
      parse: (text) => parseNumberList(text, 0),
    },
    {
      flags: '--append <file>',
      description: 'add the result to a JSON-lines file, such as a policy’s card',
    },
    { flags: '--port <device>', description: 'arm: its serial device' },
    { flags: '--calibration <file>', description: 'arm: joint zeros, ours or LeRobot’s' },
    {
      flags: '--sensor <name=uri>',
      description:
        'arm: object=rosbridge://host:port/topic is the referee; with goal=… somebody else sets up the episodes',
      isRepeatable: true,
    },
    { flags: '--real-time', description: 'twin: over a serial device, as fast as the clock' },
    {
      flags: '--view [host:port]',
      description: `show the episodes in a browser, in real time (${DEFAULT_VIEW} without a place)`,
    },
    { flags: '--record <file>', description: 'twin: write everything to an MCAP file' },
  ],
  settable: 'the deploy config (twin, arm)',
  run,
}

async function run(given: CommandContext): Promise<CommandOutcome> {
  // A default of the option itself would look as if it were given, where it says nothing.
  const { randomization = DEFAULT_RANDOMIZATION } = given.options
  const context: CommandContext = { ...given, options: { ...given.options, randomization } }
  const { args, options, out, set, signal } = context
  const { loadTaskActor } = await import('../../deploy/task-actor.ts')
  const beganMs = performance.now()
  const seed = context.seed ?? HELD_OUT_SEED
  const actor = await loadTaskActor({
    name: args[0] as string,
    task: options['task'] as string | undefined,
    arm: options['arm'] as string | undefined,
  })
  const world = options['world'] as EvalWorld
  checkWorldOptions(world, given.options)
  if (isSimulated(world)) refuseOverrides(set, `--world ${world}`)
  const episodes = (options['episodes'] as number | undefined) ?? DEFAULT_EPISODES[world]
  const thresholdsM =
    (options['thresholds'] as number[] | undefined) ?? actor.task.success.thresholdsM
  const reality = world === 'twin' ? await realityOf(actor, context) : null
  const realities = reality === null ? [] : await setUpsOf(reality, options)
  const total = episodes * Math.max(1, realities.length)
  const onProgress = (done: number) =>
    out.progress({ done, total, unit: 'episodes', text: `${actor.name} in ${world}` })
  checkQuestions(world, options)
  checkViewOptions(world, options)
  checkFolders([options['append']])
  if (options['goals'] !== undefined || options['readout'] === true) {
    return evaluateMemory(actor, { ...context, world: world as Engine, episodes, seed, onProgress })
  }
  const folder = options['failures'] as string | undefined
  if (folder !== undefined) {
    const { makeFailureFolder } = await import('../../recording/record-failures.node.ts')
    makeFailureFolder(folder)
  }
  const wanted = { episodes, seed, thresholdsM, onProgress, signal }
  const result = await play({ world, realities }, actor, context, wanted)
  if (signal.aborted) throw signal.reason
  const { failures, ...figures } = result
  const about = {
    policy: actor.name,
    task: actor.task.name,
    arm: actor.arm.name,
    world,
    randomization: isSimulated(world) ? options['randomization'] : null,
    reality,
    seed,
    ...(options['perfectSensing'] === true && { hasPerfectSensing: true }),
    ...(options['substeps'] !== undefined && { substeps: options['substeps'] }),
  }
  const wallS = (performance.now() - beganMs) / 1000
  /** @param recordings - files by the kind of failure that they show */
  const reportOf = (recordings: Readonly<Record<string, string>>) => {
    const named = failures?.map(({ film: _, ...failure }) => {
      const recording = recordings[failure.kind]
      return { ...failure, ...(recording !== undefined && { recording }) }
    })
    return { ...about, ...figures, ...(named && { failures: named }), wallS }
  }
  let recordings: Readonly<Record<string, string>> = {}
  const outcome = () => {
    const report = reportOf(recordings)
    return { result: report, summary: describeEvaluation(report) }
  }
  try {
    try {
      recordings = await writeFilms(folder, actor, failures, { world, seed, options })
    } finally {
      await append(reportOf(recordings), options)
    }
  } catch (error) {
    tellOutcome(out, 'evaluation', outcome())
    throw error
  }
  return outcome()
}

/** Writes recordings of failures where they are asked for. @returns files by kind */
async function writeFilms(
  folder: string | undefined,
  actor: Actor,
  failures: readonly KnownFailure[] | undefined,
  { world, seed, options }: Pick<CommandContext, 'options'> & Pick<FailureFacts, 'world' | 'seed'>,
): Promise<Readonly<Record<string, string>>> {
  if (folder === undefined || failures === undefined) return {}
  const { recordFailures } = await import('../../recording/record-failures.node.ts')
  return recordFailures(folder, actor, failures, {
    ...{ world, seed, randomization: String(options['randomization']) },
    hasPerfectSensing: options['perfectSensing'] === true,
  })
}

async function append(
  report: Readonly<Record<string, unknown>>,
  options: CommandContext['options'],
): Promise<void> {
  if (options['append'] === undefined) return
  const { appendEntry } = await import('../../deploy/policy-card.node.ts')
  appendEntry(options['append'] as string, report)
}

async function evaluateMemory(
  actor: Actor,
  asked: CommandContext & {
    readonly world: Engine
    readonly episodes: number
    readonly seed: number
    readonly onProgress: (done: number) => void
  },
): Promise<CommandOutcome> {
  const { options, world, episodes, seed, onProgress, signal } = asked
  const { evaluateReadout, evaluateTrials } = await import('../../deploy/evaluate-memory.ts')
  const { describeReadout, describeTrials } = await import('../memory-report.ts')
  const randomization = options['randomization'] as string
  const hasPerfectSensing = options['perfectSensing'] === true
  const wanted = { world, randomization, episodes, seed, hasPerfectSensing, onProgress, signal }
  const about = {
    ...{ policy: actor.name, task: actor.task.name, arm: actor.arm.name, world },
    ...{ randomization, seed, ...(hasPerfectSensing && { hasPerfectSensing }) },
  }
  const goals = options['goals'] as number | undefined
  if (goals === undefined) {
    const result = await evaluateReadout(actor, wanted)
    return { result: { ...about, ...result }, summary: describeReadout(result) }
  }
  const isStateReset = options['resetState'] === true
  const result = await evaluateTrials(actor, { ...wanted, goals, isStateReset })
  return { result: { ...about, ...result }, summary: describeTrials(result) }
}

/** @param where.realities - of the twin; else nothing */
async function play(
  { world, realities }: { world: EvalWorld; realities: readonly string[] },
  actor: Actor,
  context: CommandContext,
  wanted: Wanted,
): Promise<EvaluationResult & { readonly failures?: readonly KnownFailure[] }> {
  if (world === 'twin') {
    const { examineInTwin } = await import('../exam-in-twin.ts')
    return examineInTwin(actor, realities, context, wanted)
  }
  if (world !== 'arm') {
    const { examineInSimulation } = await import('../exam-in-simulation.ts')
    return examineInSimulation(actor, world, context, wanted)
  }
  const { examineArmAtPort } = await import('../exam-at-port.ts')
  return examineArmAtPort(actor, context, wanted)
}

async function realityOf(actor: Actor, { options, set }: CommandContext): Promise<string> {
  const { loadDeployConfig } = await import('../../deploy/load-deploy-config.node.ts')
  return (options['reality'] as string | undefined) ?? loadDeployConfig(actor.arm.name, set).reality
}

async function setUpsOf(reality: string, options: CommandContext['options']): Promise<string[]> {
  return (await import('../exam-in-twin.ts')).setUpsOf(reality, options)
}

interface Wanted {
  readonly episodes: number
  readonly seed: number
  readonly thresholdsM: readonly number[]
  readonly onProgress: (done: number) => void
  readonly signal: AbortSignal
}

type Actor = Awaited<ReturnType<typeof import('../../deploy/task-actor.ts')['loadTaskActor']>>
