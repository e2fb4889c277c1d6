import { Argument, type Command, Option } from 'commander'
import { unknownNameHint } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { CommandDefinition, CommandOption } from './command.ts'
import { parseInteger, SEE_HELP } from './option-values.ts'

const COMMON = 'Common options:'
const MAX_SEED = 2 ** 32 - 1
/** What every command takes, besides `--set`. */
const SEED: CommandOption = {
  flags: '--seed <N>',
  description: 'seed of every random number',
  parse: parseInteger(0, MAX_SEED),
}

/** Tells commander what a command takes, and what its help says. */
export function describeCommand(command: Command, definition: CommandDefinition): void {
  const name = command.name()
  for (const { name: word, description } of definition.arguments) {
    command.addArgument(new Argument(word, description))
  }
  for (const each of definition.options) command.addOption(createOption(each, name))
  const overrides: CommandOption = {
    flags: '--set <path=value>',
    description: `override a value of ${definition.settable}`,
    isRepeatable: true,
  }
  command
    .addOption(
      createOption(overrides, name)
        .hideHelp(definition.settable === undefined)
        .helpGroup(COMMON),
    )
    .addOption(createOption(SEED, name).helpGroup(COMMON))
    .addOption(
      new Option('--json', 'JSON lines on stdout, the last one with "type": "result"').helpGroup(
        COMMON,
      ),
    )
    .addOption(new Option('--verbose', 'stack traces with errors').helpGroup(COMMON))
    .addHelpOption(new Option('-h, --help', 'this page').helpGroup(COMMON))
    .addHelpText(
      'after',
      `\nExamples:\n${definition.examples.map((line) => `  ${line}`).join('\n')}`,
    )
}

/** The options of a command line: those that may be repeated are lists, also where they are not given. */
export function optionsOf(
  command: Command,
  definition: CommandDefinition,
): Readonly<Record<string, unknown>> {
  const repeatable = definition.options.filter(({ isRepeatable }) => isRepeatable === true)
  const lists = repeatable.map(({ flags }) => [new Option(flags).attributeName(), []])
  return { set: [], ...Object.fromEntries(lists), ...command.opts() }
}

function createOption(each: CommandOption, command: string): Option {
  const { flags, isRepeatable, choices, defaultValue } = each
  const option = new Option(
    flags,
    `${each.description}${isRepeatable === true ? ' (repeatable)' : ''}`,
  )
  if (choices !== undefined) option.choices(choices)
  if (defaultValue !== undefined) option.default(defaultValue)
  const parse = (text: string) => parseValue(text, each, { command, flag: option.long! })
  return option.argParser<unknown>((text, previous) =>
    isRepeatable === true
      ? [...((previous as unknown[] | undefined) ?? []), parse(text)]
      : parse(text),
  )
}

/** The value of an option. Throws BRIDGE_USAGE, the option named. */
function parseValue(
  text: string,
  { choices, parse }: CommandOption,
  { command, flag }: { readonly command: string; readonly flag: string },
): unknown {
  if (choices !== undefined && !choices.includes(text)) {
    throw new CodedError('BRIDGE_USAGE', `${flag}: no "${text}"`, {
      hint: unknownNameHint(text, choices),
    })
  }
  try {
    return parse === undefined ? text : parse(text)
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    const hint = error.hint === SEE_HELP ? `sim2arm ${command} --help` : error.hint
    throw new CodedError(error.code, `${flag}: ${error.message}`, {
      ...(hint !== undefined && { hint }),
      cause: error,
    })
  }
}
