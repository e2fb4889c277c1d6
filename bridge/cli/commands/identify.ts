import { availableParallelism } from 'node:os'
import { CodedError } from '../../../configs/load/coded-error.ts'
import {
  SERVO_MODEL_NAMES,
  type ServoModelName,
} from '../../../robot/identification/servo-models.ts'
import { UNITS, type Units } from '../../lerobot/motor-units.ts'
import { checkFolders } from '../check-folders.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger, refuseOverrides } from '../option-values.ts'
import { firstGiven, refuseBeside, refuseWithout } from '../stray-options.ts'

const DEFAULT_BASE = 'wide'
const DEFAULT_RESTARTS = 2
const DEFAULT_EVALUATIONS = 4000
const DEFAULT_WORKERS = Math.min(8, availableParallelism())
/** Options that only a fit of a servo has. */
const FIT_OPTIONS = ['servo', 'model', 'test', 'restarts', 'evaluations', 'workers']

export const command: CommandDefinition = {
  examples: [
    'sim2arm identify logs/xl330 --out my-servo.yaml',
    'sim2arm identify logs/more --score my-servo.yaml',
    'sim2arm identify swing.mcap --out my-arm.yaml --randomization-out my-arm-ranges.yaml --reality-out my-arm-reality.yaml',
  ],
  arguments: [
    {
      name: '<logs...>',
      description:
        'logs of one servo, folders of them, or recordings of an arm (.mcap, LeRobotDatasets)',
    },
  ],
  options: [
    {
      flags: '--servo <name>',
      description: 'a servo of configs/servos, or a file (default: what the logs say)',
    },
    {
      flags: '--model <name>',
      description: 'the model to fit; auto (default) chooses by what is left out',
      choices: ['auto', ...SERVO_MODEL_NAMES],
    },
    { flags: '--test <log>', description: 'judge by these logs too', isRepeatable: true },
    {
      flags: '--score <servo>',
      description: 'no fit: how well the fit in this servo, a name or a file, foretells the logs',
    },
    {
      flags: '--restarts <N>',
      description: `searches of all logs for the model that is chosen (default ${DEFAULT_RESTARTS})`,
      parse: parseInteger(1, 100),
    },
    {
      flags: '--evaluations <N>',
      description: `most simulations of the logs in one search (default ${DEFAULT_EVALUATIONS})`,
      parse: parseInteger(10),
    },
    {
      flags: '--workers <N>',
      description: `threads that fit (default ${DEFAULT_WORKERS})`,
      parse: parseInteger(1, 64),
    },
    { flags: '--out <file>', description: 'write the servo with its fit' },
    {
      flags: '--arm <name>',
      description:
        'of a dataset (default so101) or, as a check, of a recording; of servo logs: one that has it, for the next two',
    },
    {
      flags: '--randomization-out <file>',
      description: 'write a randomization with the ranges of the fit',
    },
    { flags: '--base <name>', description: `what it adds to (default ${DEFAULT_BASE})` },
    { flags: '--reality-out <file>', description: 'write a reality with the ranges of the fit' },
    {
      flags: '--calibration <file>',
      description:
        'joint zeros of the arm that a dataset is of (default: its own, else the nominal ones)',
    },
    { flags: '--units <name>', description: 'of a dataset', choices: [...UNITS] },
  ],
  settable: 'the servo (--servo, --score)',
  run: async (given) => {
    const context = await withBase(given)
    const paths = context.args[0] as string[]
    const { isDataset } = await import('../../lerobot/is-dataset.node.ts')
    const ofArm = paths.filter((path) => path.endsWith('.mcap') || isDataset(path))
    const hasDataset = paths.some(isDataset)
    checkFolders([
      context.options['out'],
      context.options['randomizationOut'],
      context.options['realityOut'],
    ])
    const stray = firstGiven(context.options, ['calibration', 'units'])
    if (stray !== undefined && !hasDataset) {
      throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing about what is no dataset`, {
        hint: `leave --${stray} out; it is for the folder of a LeRobotDataset`,
      })
    }
    if (ofArm.length > 0) return fitRecordings(context, paths, ofArm)
    return context.options['score'] === undefined ? fitLogs(context) : scoreLogs(context)
  },
}

/** Throws BRIDGE_USAGE and CONFIG_UNKNOWN_NAME for a base that nothing would read, or nobody finds. */
async function withBase(context: CommandContext): Promise<CommandContext> {
  const { options } = context
  const { base = DEFAULT_BASE } = options
  if (options['randomizationOut'] !== undefined) {
    const { loadRandomization } = await import(
      '../../../sim/randomization/load-randomization.node.ts'
    )
    // Before minutes of fitting, not by whoever reads the file.
    loadRandomization(base as string)
  } else refuseWithout(options, ['base'], ['randomizationOut'])
  return { ...context, options: { ...options, base } }
}

async function fitRecordings(
  { options, out, set, signal }: CommandContext,
  paths: readonly string[],
  ofArm: readonly string[],
): Promise<CommandOutcome> {
  const [{ identifyArm, writeArm }, { armTable }] = await Promise.all([
    import('../../identify/identify-arm.ts'),
    import('../../identify/tables.ts'),
  ])
  const other = paths.find((path) => !ofArm.includes(path))
  const unfit = firstGiven(options, [...FIT_OPTIONS, 'score'])
  if (other !== undefined || unfit !== undefined) {
    const found = other === undefined ? `--${unfit}` : other
    throw new CodedError('BRIDGE_USAGE', `${found} does not go with recordings of an arm`, {
      hint: 'identify logs of one servo (JSON) and recordings of an arm (MCAP, datasets) apart',
    })
  }
  refuseOverrides(set, 'a fit of an arm')
  const beganMs = performance.now()
  const armName = options['arm'] as string | undefined
  const dataset = {
    arm: armName ?? 'so101',
    calibration: options['calibration'] as string | undefined,
    units: options['units'] as Units | undefined,
  }
  const found = await identifyArm(paths, { dataset, armName, signal, out })
  out.line(armTable(found.fit))
  const written = writeArm(found, options)
  const wallS = (performance.now() - beganMs) / 1000
  const { joints, commandDelayS, nominalRmsRad, rmsRad } = found.fit
  return {
    result: {
      ...{ arm: found.arm.name, parameters: { commandDelayS, joints } },
      ...{ nominalRmsRad, rmsRad, seconds: found.seconds, files: written, wallS },
    },
    summary: [
      `${found.seconds.toFixed(0)} s of a ${found.arm.name}, fitted in ${wallS.toFixed(0)} s;`,
      'error of 4-s simulations, root mean square, as described and as fitted.',
      ...written.map((file) => `Wrote ${file}.`),
    ].join(' '),
  }
}

async function scoreLogs({ args, options, out, set }: CommandContext): Promise<CommandOutcome> {
  refuseBeside(options, FIT_OPTIONS, '--score')
  const [files, { fittedParameters }, { scoreServo }, { scoreTable }, { writeFit }] =
    await Promise.all([
      import('../../../robot/identification/servo-files.node.ts'),
      import('../../../robot/identification/describe-fit.ts'),
      import('../../identify/search-servo.ts'),
      import('../../identify/tables.ts'),
      import('../../identify/write-fit.ts'),
    ])
  const servo = files.loadServo(options['score'] as string, set)
  const { fit } = servo
  if (fit === undefined) {
    throw new CodedError('BRIDGE_USAGE', `the servo ${servo.name} has no fit to score`, {
      hint: 'sim2arm identify LOG… --out FILE writes one',
    })
  }
  const logs = files.loadServoLogs(args[0] as string[])
  const test = scoreServo(servo, fittedParameters(servo, fit), logs)
  const maeRad = test.reduce((sum, each) => sum + each.maeRad, 0) / test.length
  out.line(scoreTable(test))
  const written = writeFit(servo, fit, options)
  return {
    result: {
      servo: servo.name,
      model: fit.model,
      parameters: fit.parameters,
      test,
      maeRad,
      files: written,
    },
    summary: `${servo.title}, model ${fit.model}: ${maeRad.toFixed(4)} rad, mean of ${test.length} logs.`,
  }
}

async function fitLogs(context: CommandContext): Promise<CommandOutcome> {
  const { args, options, out, set, signal } = context
  const [files, { describeFit, fittedParameters }, search, tables, { armToWrite, writeFit }] =
    await Promise.all([
      import('../../../robot/identification/servo-files.node.ts'),
      import('../../../robot/identification/describe-fit.ts'),
      import('../../identify/search-servo.ts'),
      import('../../identify/tables.ts'),
      import('../../identify/write-fit.ts'),
    ])
  const beganMs = performance.now()
  const logs = files.loadServoLogs(args[0] as string[])
  const tests = files.loadServoLogs(options['test'] as string[])
  const name = (options['servo'] as string | undefined) ?? files.servoNameOf(logs)
  const servo = files.loadServo(name, set)
  // Before minutes of fitting, not after them.
  armToWrite(servo, options)
  for (const warning of search.lawWarnings(servo, logs)) out.line(warning)
  const { candidates, chosen } = await search.searchServo(servo, logs, {
    model: (options['model'] as ServoModelName | 'auto' | undefined) ?? 'auto',
    seed: context.seed ?? 0,
    searches: (options['restarts'] as number | undefined) ?? DEFAULT_RESTARTS,
    maxEvaluations: (options['evaluations'] as number | undefined) ?? DEFAULT_EVALUATIONS,
    workers: (options['workers'] as number | undefined) ?? DEFAULT_WORKERS,
    signal,
    out,
  })
  const fitted = describeFit(chosen)
  const test = search.scoreServo(servo, fittedParameters(servo, fitted), tests)
  out.line(tables.candidateTable(candidates, chosen))
  out.line(`\n${tables.parameterTable(fitted)}`)
  if (test.length > 0) out.line(`\n${tables.scoreTable(test)}`)
  const written = writeFit(servo, fitted, options)
  const wallS = (performance.now() - beganMs) / 1000
  return {
    result: {
      servo: servo.name,
      model: fitted.model,
      parameters: fitted.parameters,
      train: { maeRad: fitted.trainMaeRad },
      logOut: { maeRad: fitted.logOutMaeRad },
      gainOut: fitted.gainOutMaeRad === undefined ? null : { maeRad: fitted.gainOutMaeRad },
      test,
      files: written,
      wallS,
    },
    summary: [
      `Model ${fitted.model} of ${servo.title}, in ${wallS.toFixed(0)} s.`,
      ...written.map((file) => `Wrote ${file}.`),
    ].join(' '),
  }
}
