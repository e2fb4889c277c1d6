import { Argument, Command, CommanderError, Option } from 'commander'
import { CodedError } from '../../configs/load/coded-error.ts'
import { splitRosArgs } from '../ros/split-ros-args.ts'
import type { CommandDefinition, CommandEntry, CommandOutcome } from './command.ts'
import { parseInteger, refuseOverrides } from './option-values.ts'
import { type CommandOutput, createOutput, type OutputOptions } from './output.ts'

export interface CommandLineOptions extends Omit<OutputOptions, 'isJson'> {
  readonly commands: Readonly<Record<string, CommandEntry>>
  readonly version: string
  readonly signal: AbortSignal
}

/** What commander hands to the chosen command. */
interface Invocation {
  readonly definition: CommandDefinition
  readonly args: readonly (string | string[] | undefined)[]
  readonly options: Readonly<Record<string, unknown>>
}

const HELP_CODES = ['commander.helpDisplayed', 'commander.help', 'commander.version']
const MAX_SEED = 2 ** 32 - 1

/**
 * Runs one command line (without `node` and the script) and returns its exit code. Never throws, never
 * ends the process.
 */
export async function runCommandLine(
  words: readonly string[],
  options: CommandLineOptions,
): Promise<number> {
  const { own: argv, ros } = splitRosArgs(words)
  const isJson = argv.includes('--json')
  const isVerbose = argv.includes('--verbose')
  const out = createOutput({ ...options, isJson })
  try {
    const invocation = await parseCommandLine(argv, options)
    if (invocation === undefined) return argv.length === 0 ? 2 : 0
    const outcome = await runCommand(invocation, { signal: options.signal, out, rosArgs: ros })
    out.finish(outcome.result, outcome.summary)
    return options.signal.aborted ? 130 : (outcome.exitCode ?? 0)
  } catch (thrown) {
    const error = toCodedError(thrown, options.signal)
    const { code, message, hint, exitCode } = error
    const trace = isVerbose ? `\n${describeCauses(thrown)}` : ''
    out.fail(error.line + trace, { error: { code, message, hint }, exitCode })
    return exitCode
  }
}

/** The chosen command with its arguments, or undefined when help or the version was printed instead. */
async function parseCommandLine(
  argv: readonly string[],
  options: CommandLineOptions,
): Promise<Invocation | undefined> {
  let invocation: Invocation | undefined
  const program = configured(new Command('sim2arm'), options)
    .description('Train a robot policy in a randomized simulator; run the same file on a real arm.')
    .version(options.version)
  for (const [name, entry] of Object.entries(options.commands)) {
    const command = configured(program.command(name), options).summary(entry.summary)
    if (!argv.slice(0, 2).includes(name)) continue
    const definition = await entry.load()
    describeCommand(command.description(entry.summary), definition)
    command.action((...given) => {
      const args = given.slice(0, definition.arguments.length)
      invocation = { definition, args, options: command.opts() }
    })
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && HELP_CODES.includes(error.code)) return undefined
    throw error
  }
  return invocation
}

function configured(command: Command, options: CommandLineOptions): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: options.writeOut,
      writeErr: options.writeErr,
      outputError: () => undefined,
    })
    .allowExcessArguments(false)
}

function describeCommand(command: Command, definition: CommandDefinition): void {
  for (const { name, description } of definition.arguments) {
    command.addArgument(new Argument(name, description))
  }
  for (const each of definition.options) {
    const option = new Option(each.flags, each.description)
    if (each.choices !== undefined) option.choices(each.choices)
    if (each.defaultValue !== undefined) option.default(each.defaultValue)
    const { parse, isRepeatable } = each
    if (isRepeatable === true) option.argParser(collect(parse)).default(each.defaultValue ?? [])
    else if (parse !== undefined) option.argParser((text: string) => parse(text))
    command.addOption(option)
  }
  command
    .addOption(
      new Option('--set <path=value>', `override a value of ${definition.settable} (repeatable)`)
        .argParser(collect((text) => text))
        .default([], 'none')
        .hideHelp(definition.settable === undefined),
    )
    .addOption(
      new Option('--seed <N>', 'seed of every random number').argParser(parseInteger(0, MAX_SEED)),
    )
    .option('--json', 'JSON lines on stdout, the last one with "type": "result"')
    .option('--verbose', 'stack traces with errors')
    .addHelpText('after', `\nExample:\n  ${definition.example}`)
}

function collect(parse: ((text: string) => unknown) | undefined) {
  return (text: string, previous: unknown[]) => [
    ...previous,
    parse === undefined ? text : parse(text),
  ]
}

function runCommand(
  { definition, args, options }: Invocation,
  given: { signal: AbortSignal; out: CommandOutput; rosArgs: readonly string[] },
): Promise<CommandOutcome> {
  const set = options['set'] as readonly string[]
  if (definition.settable === undefined) refuseOverrides(set, 'this command')
  if (given.rosArgs.length > 0 && definition.isRosNode !== true) {
    throw new CodedError('BRIDGE_USAGE', '--ros-args mean nothing to this command', {
      hint: 'deploy and twin can be nodes of ROS 2',
    })
  }
  return definition.run({
    ...given,
    args,
    options,
    seed: options['seed'] as number | undefined,
    set,
    isVerbose: options['verbose'] === true,
  })
}

function toCodedError(thrown: unknown, signal: AbortSignal): CodedError {
  if (thrown instanceof CommanderError) {
    const [message = '', suggestion] = thrown.message.replace(/^error: /, '').split('\n')
    const hint = suggestion?.replace(/^\(|\)$/g, '') ?? 'see sim2arm --help'
    return new CodedError('BRIDGE_USAGE', message, { hint, cause: thrown })
  }
  if (signal.aborted && (isAbort(thrown) || thrown === signal.reason)) {
    return new CodedError('BRIDGE_INTERRUPTED', 'stopped on request', { cause: thrown })
  }
  if (thrown instanceof CodedError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new CodedError('BRIDGE_INTERNAL', message.split('\n')[0] ?? '', {
    hint: 'this is a fault of sim2arm; --verbose shows where',
    cause: thrown,
  })
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}

function describeCauses(thrown: unknown): string {
  const traces: string[] = []
  for (let at = thrown; at instanceof Error; at = at.cause) traces.push(at.stack ?? at.message)
  return traces.join('\ncaused by: ')
}
