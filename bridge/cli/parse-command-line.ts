import { Command, CommanderError } from 'commander'
import { closestName } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import {
  COMMAND_GROUPS,
  type CommandContext,
  type CommandDefinition,
  type CommandEntry,
} from './command.ts'
import { describeCommand, optionsOf } from './describe-command.ts'
import { type MeantCommand, usageError } from './usage-error.ts'

/** The chosen command and what was given to it. */
export interface Invocation extends Pick<CommandContext, 'args' | 'options'> {
  readonly definition: CommandDefinition
}

export interface CommandLine {
  readonly commands: Readonly<Record<string, CommandEntry>>
  readonly version: string
  /** Where help goes that is asked for, and help of who does not know what to ask for. */
  readonly writeOut: (text: string) => void
  readonly writeErr: (text: string) => void
}

const HELP_CODES = ['commander.helpDisplayed', 'commander.help', 'commander.version']

/**
 * The chosen command with its arguments, or undefined when help or the version was printed instead. Nothing
 * runs. Throws BRIDGE_USAGE.
 */
export async function parseCommandLine(
  argv: readonly string[],
  line: CommandLine,
): Promise<Invocation | undefined> {
  let invocation: Invocation | undefined
  let meant: MeantCommand | undefined
  const words = argv[0] === 'help' ? [...argv.slice(1, 2), '--help'] : argv
  const names = Object.keys(line.commands)
  const program = configured(new Command('sim2arm'), line)
    .description('Train a robot policy in a randomized simulator; run the same file on a real arm.')
    .usage('COMMAND [options]')
    .version(line.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'this page')
    .helpCommand(false)
    .addHelpText('after', '\nsim2arm COMMAND --help shows its options, with examples.')
  for (const group of COMMAND_GROUPS) {
    for (const name of names.filter((each) => line.commands[each]!.group === group)) {
      const { load, summary } = line.commands[name]!
      const command = configured(program.command(name), line).summary(summary)
      command.helpGroup(`${group}:`).description(summary)
      if (words[0] !== name) continue
      const definition = await load()
      meant = { name, definition }
      describeCommand(command, definition)
      command.action((...given) => {
        const args = given.slice(0, definition.arguments.length)
        invocation = { definition, args, options: optionsOf(command, definition) }
      })
    }
  }
  const [first] = words
  if (first !== undefined && !first.startsWith('-') && !names.includes(first)) {
    throw unknownCommand(first, names)
  }
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (HELP_CODES.includes(error.code)) return undefined
    throw usageError(error, meant)
  }
  return invocation
}

function configured(command: Command, { writeOut, writeErr }: CommandLine): Command {
  return command
    .exitOverride()
    .configureOutput({ writeOut, writeErr, outputError: () => undefined })
    .allowExcessArguments(false)
}

function unknownCommand(name: string, names: readonly string[]): CodedError {
  const closest = closestName(name, names)
  return new CodedError('BRIDGE_USAGE', `there is no command "${name}"`, {
    hint: closest === undefined ? 'sim2arm --help lists them' : `did you mean ${closest}?`,
  })
}
