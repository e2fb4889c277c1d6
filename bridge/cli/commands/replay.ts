import { CodedError } from '../../../configs/load/coded-error.ts'
import { UNITS, type Units } from '../../lerobot/motor-units.ts'
import type { LoggedRun } from '../../replay/load-run.node.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger, parseNumber } from '../option-values.ts'
import { type OwnOptions, refuseStrayOptions } from '../stray-options.ts'

const DEFAULT_WINDOW_S = 8
const DEFAULT_DELAY_S = 0.02
const DESTINATIONS = ['simulation', 'viewer', 'stream', 'ros', 'arm'] as const
type Destination = (typeof DESTINATIONS)[number]

/** Options by the only destinations that they say something about. */
const OWN_OPTIONS: OwnOptions<Destination> = {
  ...{ window: ['simulation'], delay: ['simulation'], csv: ['simulation'], report: ['simulation'] },
  ...{ stream: ['stream'], token: ['stream'], port: ['arm'], park: ['arm'], record: ['arm'] },
  ...{ speed: ['stream', 'ros', 'arm'], loop: ['stream', 'ros'] },
}
const DEFAULT_ARM = 'so101'
/** What a recording says itself; `arm` and `calibration` are also of an arm at `--port`. */
const DATASET_OPTIONS = ['arm', 'calibration', 'units', 'episode']
const ARM_OPTIONS = ['arm', 'calibration']

/** An arm repeats nothing faster than it was. */
const MAX_ARM_SPEED = 1

export const command: CommandDefinition = {
  examples: [
    'sim2arm replay run.mcap --report gap.html',
    'sim2arm replay run.mcap --to stream --stream 127.0.0.1:9090',
    'sim2arm replay run.mcap --to arm --port /dev/ttyACM0 --calibration my_arm.yaml --park',
  ],
  arguments: [
    { name: '<recording>', description: 'an MCAP file, or the folder of a LeRobotDataset' },
  ],
  options: [
    {
      flags: '--to <where>',
      description:
        'simulation: the same commands there, beside what was measured; viewer; stream: its topics as rosbridge; ros: its topics in ROS 2; arm: its commands to an arm at --port',
      choices: [...DESTINATIONS],
      defaultValue: 'simulation',
    },
    {
      flags: '--window <s>',
      description: `the simulated arm is put where the measured one is as often (default ${DEFAULT_WINDOW_S})`,
      parse: parseNumber(0.1),
    },
    {
      flags: '--delay <s>',
      description: `from sending a command to its effect, in the simulation (default ${DEFAULT_DELAY_S})`,
      parse: parseNumber(0),
    },
    { flags: '--report <file>', description: 'figures and curves as one HTML page' },
    { flags: '--csv <file>', description: 'command, measurement and simulation of each cycle' },
    {
      flags: '--stream <host:port>',
      description: 'where topics are served (default 127.0.0.1:9090)',
    },
    {
      flags: '--token <text>',
      description:
        'who may connect; outside this machine a random one, or none for everybody (stream)',
    },
    { flags: '--port <device>', description: 'serial device of the arm, real or a twin’s' },
    {
      flags: '--calibration <file>',
      description: 'joint zeros of the arm at --port, or of the one that a dataset is of',
    },
    { flags: '--record <file>', description: 'record what the arm at --port does (MCAP)' },
    { flags: '--park', description: 'at the end move slowly to the park pose and release torque' },
    {
      flags: '--speed <share>',
      description: 'of the recorded pace (stream, ros, arm; default 1)',
      parse: parseNumber(0.05, 10),
    },
    { flags: '--loop', description: 'begin again at the end, until Ctrl-C (stream, ros)' },
    {
      flags: '--arm <name>',
      description: `the arm at --port, or of a dataset (default ${DEFAULT_ARM})`,
    },
    { flags: '--units <name>', description: 'of a dataset', choices: [...UNITS] },
    {
      flags: '--episode <N>',
      description: 'of a dataset (default 0)',
      parse: parseInteger(),
    },
  ],
  settable: 'the deploy config, with --to arm',
  isRosNode: true,
  run,
}

async function run(given: CommandContext): Promise<CommandOutcome> {
  const to = given.options['to'] as Destination
  const about = `a replay to ${to}`
  refuseStrayOptions(given.options, OWN_OPTIONS, { choice: to, by: '--to', about })
  if (to !== 'arm' && given.set.length > 0) {
    const message = `a replay to ${to} has no config: found --set ${given.set[0]}`
    throw new CodedError('CONFIG_SET_INVALID', message, { hint: 'add --to arm, or leave it out' })
  }
  if (to !== 'ros' && given.rosArgs.length > 0) {
    throw new CodedError('BRIDGE_USAGE', '--ros-args without a node', { hint: 'add --to ros' })
  }
  await refuseDatasetOptions(given, to)
  const { arm = DEFAULT_ARM } = given.options
  const context: CommandContext = { ...given, options: { ...given.options, arm } }
  if (to === 'arm' && ((context.options['speed'] as number | undefined) ?? 0) > MAX_ARM_SPEED) {
    throw new CodedError('BRIDGE_USAGE', 'an arm repeats nothing faster than it was', {
      hint: `--speed ${MAX_ARM_SPEED} or less with --to arm`,
    })
  }
  const load = () => loadLog(context)
  switch (to) {
    case 'viewer':
      return showInViewer(context)
    case 'stream':
      return (await import('../replay-to-stream.ts')).replayToStream(context, load)
    case 'ros':
      return (await import('../replay-to-ros.ts')).replayToRos(context, load)
    case 'arm':
      return (await import('../replay-to-arm.ts')).replayToArm(context, load)
    case 'simulation':
      return (await import('../replay-in-simulation.ts')).replayInSimulation(context, load, {
        windowS: (context.options['window'] as number | undefined) ?? DEFAULT_WINDOW_S,
        commandDelayS: (context.options['delay'] as number | undefined) ?? DEFAULT_DELAY_S,
      })
  }
}

/** Throws BRIDGE_USAGE for what only a dataset does not say itself, where there is none. */
async function refuseDatasetOptions(
  { args, options }: CommandContext,
  to: Destination,
): Promise<void> {
  const { isDataset } = await import('../../lerobot/is-dataset.node.ts')
  if (isDataset(args[0] as string)) return
  const given = DATASET_OPTIONS.filter((name) => options[name] !== undefined)
  const stray = given.find((name) => to !== 'arm' || !ARM_OPTIONS.includes(name))
  if (stray === undefined) return
  const also = ARM_OPTIONS.includes(stray) ? ', or of an arm with --to arm' : ''
  throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing about a recording`, {
    hint: `leave --${stray} out; it is of the folder of a LeRobotDataset${also}`,
  })
}

async function loadLog({ args, options }: CommandContext): Promise<LoggedRun> {
  const { loadRun } = await import('../../replay/load-run.node.ts')
  return loadRun(args[0] as string, {
    arm: options['arm'] as string,
    calibration: options['calibration'] as string | undefined,
    units: options['units'] as Units | undefined,
    episode: options['episode'] as number | undefined,
  })
}

/** As `sim2arm view` does, on a free port. */
async function showInViewer(context: CommandContext): Promise<CommandOutcome> {
  const { command: view } = await import('./view.ts')
  const options = { host: '127.0.0.1', port: 0 }
  return view.run({ ...context, options })
}
