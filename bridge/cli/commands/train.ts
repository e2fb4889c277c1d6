import { resolve } from 'node:path'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { TrainResult } from '../../../policy/learning/train.node.ts'
import type { TrainGoal } from '../../../policy/learning/train.ts'
import type { TrainEvent } from '../../../policy/learning/train-events.ts'
import type { TrainJob } from '../../../policy/learning/train-job.node.ts'
import { kernelNames } from '../../bench/kernel-names.ts'
import { formatTable } from '../../bench/table.ts'
import { UNITS, type Units } from '../../lerobot/motor-units.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { DEFAULT_VIEW, parseInteger, parseNumber, parseViewPlace } from '../option-values.ts'
import { refuseStrayToken } from '../stray-options.ts'

const BACKENDS = ['auto', 'wasm', 'tensorflow', 'webgpu'] as const

export const command: CommandDefinition = {
  examples: [
    'sim2arm train push-so101 --minutes 30 --out runs/push',
    'sim2arm train --resume runs/push --until success=0.95',
    'sim2arm train push-panda --warm-start push-panda --set algorithm=ppo-fine-tune',
  ],
  arguments: [
    { name: '[config]', description: 'a name in configs/train or a file; not with --resume' },
  ],
  options: [
    { flags: '--out <dir>', description: 'run folder (default: runs/<config>-<time>)' },
    { flags: '--resume <dir>', description: 'go on with a run folder, with its own config' },
    {
      flags: '--backend <name>',
      description: 'what computes (default auto: measures, takes the fastest)',
      choices: BACKENDS,
    },
    { flags: '--workers <N>', description: 'simulation threads', parse: parseInteger(1, 256) },
    {
      flags: '--minutes <M>',
      description: 'wall time of the run, over all its sessions',
      parse: parseNumber(0),
    },
    {
      flags: '--until <goal>',
      description: 'end at this result on held-out draws, success=0.9, or after so many steps=3e6',
      parse: parseGoal,
    },
    {
      flags: '--profile',
      description: 'tell where the time went; a CPU profile in the run folder',
    },
    { flags: '--warm-start <policy>', description: 'start from the weights of a policy file' },
    {
      flags: '--demonstrations <path>',
      description: 'imitate the episodes of a recording, or of a LeRobotDataset (its folder)',
      isRepeatable: true,
    },
    {
      flags: '--calibration <file>',
      description:
        'joint zeros of the arm that a dataset is of (default: its own, else the nominal ones)',
    },
    { flags: '--units <name>', description: 'of a dataset', choices: [...UNITS] },
    {
      flags: '--view [host:port]',
      description: `show the arms as they train, in a browser (${DEFAULT_VIEW} without a place)`,
    },
    {
      flags: '--token <text>',
      description: 'who may hold and end the training from the page; left out: a random one',
    },
  ],
  settable: 'the training config',
  run: runTrain,
}

async function runTrain(context: CommandContext): Promise<CommandOutcome> {
  const { out } = context
  refuseStrayToken(context.options, ['view'])
  const options = readOptions(context)
  const { trainJob } = await import('../../../policy/learning/train.node.ts')
  const { createRunPolicyWriter } = await import('../run-policy.ts')
  const { job, outDir } = await readJob(context, options)
  const minutes = options.minutes ?? job.config.minutes
  out.line(`Training ${job.config.task} on ${job.config.arm} into ${outDir}`)
  const viewer = await openViewer(context, job, outDir)
  const result = await trainJob(job, {
    outDir,
    resume: options.resume !== undefined,
    signal: viewer?.signal ?? context.signal,
    watch: viewer?.watch,
    gate: viewer?.gate,
    minutes,
    until: options.until,
    backend: options.backend ?? 'auto',
    profile: options.profile,
    warmStart: await readWarmStart(options.warmStart),
    demonstrations: await readDemonstrationFiles(job),
    onBest: createRunPolicyWriter(outDir),
    onEvent: (event) => report(event, minutes, context),
  }).finally(() => viewer?.close())
  const { backend, backendReason, kernels, products } = result
  out.line(`Computed on ${backend}, ${kernelNames(kernels, products)} (${backendReason})`)
  if (options.profile) out.line(describeTimes(result))
  const hasFailed = options.until !== undefined && result.stoppedBy === 'minutes'
  const success = result.success === null ? 'not evaluated' : `success ${result.success.toFixed(2)}`
  return {
    result: { ...result },
    summary: `${result.steps} steps in ${Math.round(result.wallS)} s, ${success}: ${result.run}`,
    exitCode: hasFailed ? 1 : 0,
  }
}

/** The viewer of `--view`, if it is asked for. */
async function openViewer(context: CommandContext, job: TrainJob, outDir: string) {
  const view = context.options['view']
  if (view === undefined) return undefined
  const { openTrainViewer } = await import('../train-viewer.ts')
  return openTrainViewer(context, { job, outDir, place: parseViewPlace(view) })
}

interface TrainOptions {
  readonly out?: string
  readonly resume?: string
  readonly backend?: (typeof BACKENDS)[number]
  readonly workers?: number
  readonly minutes?: number
  readonly until?: TrainGoal
  readonly warmStart?: string
  readonly demonstrations: readonly string[]
  readonly calibration?: string
  readonly units?: Units
  readonly profile?: boolean
}

/** The options, once it is clear that they can be meant together. */
function readOptions({ args, options, set, seed }: CommandContext): TrainOptions {
  const { resume, workers, out, warmStart, backend } = options as unknown as TrainOptions
  const demonstrations = options['demonstrations'] as string[]
  const hint = 'sim2arm train --help shows an example'
  if (resume === undefined && args[0] === undefined) {
    throw new CodedError('BRIDGE_USAGE', 'expected a training config or --resume DIR', { hint })
  }
  const { calibration, units } = options as unknown as TrainOptions
  const inputs = [demonstrations[0], calibration, units]
  const given = [args[0], workers, out, warmStart, backend, seed, set[0], ...inputs]
  const fixed = given.some((each) => each !== undefined)
  if (resume !== undefined && fixed) {
    const message = '--resume goes on with the stored config and folder, and takes no other'
    throw new CodedError('BRIDGE_USAGE', message, { hint: 'only --minutes and --until may change' })
  }
  if (demonstrations[0] === undefined && (calibration ?? units) !== undefined) {
    const message = '--calibration and --units say how a dataset is read, and there is none'
    throw new CodedError('BRIDGE_USAGE', message, { hint: 'add --demonstrations FOLDER' })
  }
  return { ...(options as unknown as TrainOptions), demonstrations }
}

async function readJob({ args, set, seed }: CommandContext, options: TrainOptions) {
  const jobs = await import('../../../policy/learning/train-job.node.ts')
  const { calibration, resume, out, units, workers, demonstrations } = options
  if (resume !== undefined) return { job: jobs.readTrainJob(resume), outDir: resume }
  const overrides = [
    ...set,
    ...(seed === undefined ? [] : [`seed=${seed}`]),
    ...(workers === undefined ? [] : [`workers=${workers}`]),
  ]
  const name = String(args[0])
  const job: TrainJob = {
    ...jobs.resolveTrainJob(jobs.loadTrainConfig(name, overrides)),
    ...(demonstrations[0] !== undefined && {
      demonstrations: demonstrations.map((file) => resolve(file)),
    }),
    ...((calibration ?? units) !== undefined && {
      datasets: {
        ...(calibration !== undefined && { calibration: resolve(calibration) }),
        ...(units !== undefined && { units }),
      },
    }),
  }
  return { job, outDir: out ?? defaultFolder(name) }
}

async function readWarmStart(nameOrPath: string | undefined) {
  if (nameOrPath === undefined) return undefined
  const { loadPolicyFile } = await import('../../../policy/file/policy-file.node.ts')
  return loadPolicyFile(nameOrPath).parameters
}

async function readDemonstrationFiles(job: TrainJob) {
  if (job.demonstrations === undefined) return undefined
  const { readLessons } = await import('../../lerobot/read-lessons.node.ts')
  const { stagesOf } = await import('../../../policy/algorithms/stages.ts')
  if (!stagesOf(job.algorithm).some(({ kind }) => kind === 'imitation')) {
    const message = `the algorithm ${job.config.algorithm} learns from no demonstrations`
    throw new CodedError('BRIDGE_USAGE', message, {
      hint: 'take --set algorithm=behaviour-cloning, or dagger-ppo',
    })
  }
  return readLessons(job.demonstrations, job)
}

function report(event: TrainEvent, minutes: number, { out }: CommandContext): void {
  const { kind, ...figures } = event
  out.event({ type: kind, ...figures })
  if (event.kind === 'update') {
    const share = event.wallS / (minutes * 60)
    const leftS = minutes * 60 - event.wallS
    out.progress({
      done: event.steps,
      unit: 'steps',
      ratePerS: event.stepsPerS,
      time: { share, leftS },
      text: `success ${event.runningSuccess.toFixed(2)}  width ${event.width.toFixed(2)}`,
    })
  }
  if (event.kind === 'evaluation') {
    const best = event.isBest ? ', best so far' : ''
    const { meanDistanceM } = event
    const distance =
      meanDistanceM === null
        ? 'never as the goal asks'
        : `${(meanDistanceM * 1000).toFixed(0)} mm from the goal`
    out.line(`update ${event.iteration}: success ${event.success.toFixed(3)}, ${distance}${best}`)
  }
  if (event.kind === 'warning') out.line(`Warning: ${event.message}. Hint: ${event.hint}`)
  if (event.kind === 'skipped') {
    out.line(`Warning: update ${event.iteration} was skipped, ${event.reason}. See ${event.path}`)
  }
}

/** Where the session's time went, as a table. */
function describeTimes({ times, wallS }: TrainResult): string {
  const share = (seconds: number) => [
    seconds.toFixed(1),
    `${((100 * seconds) / wallS).toFixed(0)} %`,
  ]
  return formatTable(
    ['phase', 's', 'share'],
    [
      ['collecting', ...share(times.collectS)],
      ['  of it simulating, slowest worker', ...share(times.simulateS)],
      ['  of it acting', ...share(times.inferS)],
      ['learning', ...share(times.learnS)],
      ['  of it waiting for gradient workers', ...share(times.gradientWaitS)],
      ['evaluating', ...share(times.evaluateS)],
      ['writing checkpoints', ...share(times.checkpointS)],
    ],
  )
}

/** `runs/push-so101-20250131-142536`, in local time. */
function defaultFolder(config: string): string {
  const name = config
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.ya?ml$/, '')
  const two = (value: number) => String(value).padStart(2, '0')
  const now = new Date()
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`
  return `runs/${name}-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`
}

/** `success=0.9` or `steps=3e6`. */
function parseGoal(text: string): TrainGoal {
  const [, name, value] = /^(success|steps)=(.+)$/.exec(text) ?? []
  const number = Number(value)
  if (name === 'success' && number > 0 && number <= 1) return { success: number }
  if (name === 'steps' && number > 0 && Number.isSafeInteger(number)) return { steps: number }
  throw new CodedError('BRIDGE_USAGE', `expected success=<0 to 1> or steps=<N>, found "${text}"`, {
    hint: 'for example --until success=0.9',
  })
}
