import type { CommanderError } from 'commander'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { CommandDefinition } from './command.ts'

/** The command that a wrong command line was meant for. */
export interface MeantCommand {
  readonly name: string
  readonly definition: CommandDefinition
}

/** BRIDGE_USAGE for what commander finds wrong with a command line, with what to type instead. */
export function usageError(cause: CommanderError, meant: MeantCommand | undefined): CodedError {
  const [message = '', suggestion] = cause.message.replace(/^error: /, '').split('\n')
  const guess = suggestion?.replace(/^\(|\)$/g, '').replace(/^Did/, 'did')
  const help = meant === undefined ? 'sim2arm --help' : `sim2arm ${meant.name} --help`
  const missing =
    cause.code === 'commander.missingArgument' ? missingArgument(message, meant) : undefined
  return new CodedError('BRIDGE_USAGE', missing ?? message.replace(/\.$/, ''), {
    hint: missing === undefined ? (guess ?? help) : `for example ${meant!.definition.examples[0]}`,
    cause,
  })
}

/** `expected POLICY: a policy, or scripted`: what the argument that is not there would have been. */
function missingArgument(message: string, meant: MeantCommand | undefined): string | undefined {
  const [, missing] = /'([\w-]+)'/.exec(message) ?? []
  const argument = meant?.definition.arguments.find(
    ({ name }) => name.replace(/[<>[\].]/g, '') === missing,
  )
  return argument && `expected ${argument.name}, ${argument.description}`
}
