import { CodedError } from '../../configs/load/coded-error.ts'
import { splitRosArgs } from '../ros/split-ros-args.ts'
import type { CommandOutcome } from './command.ts'
import { refuseOverrides } from './option-values.ts'
import { type CommandOutput, createOutput, type OutputOptions } from './output.ts'
import { type CommandLine, type Invocation, parseCommandLine } from './parse-command-line.ts'

export interface CommandLineOptions extends Omit<OutputOptions, 'isJson'>, CommandLine {
  readonly signal: AbortSignal
}

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
