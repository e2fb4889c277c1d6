import type { ProgressReport } from './progress.ts'

/** A positional argument as commander writes it: `<config>`, `[task]`, `<logs...>`. */
export interface CommandArgument {
  readonly name: string
  readonly description: string
}

export interface CommandOption {
  /** As commander writes them: `--minutes <M>`, `--headless`. The value appears as `options.minutes`. */
  readonly flags: string
  readonly description: string
  readonly defaultValue?: unknown
  readonly choices?: readonly string[]
  /** The option may be given many times; its value is an array, empty where it is not given. */
  readonly isRepeatable?: boolean
  /** Text to value; throws BRIDGE_USAGE. See `option-values.ts`. */
  readonly parse?: (text: string) => unknown
}

/** Where a command speaks. With `--json` events are lines on stdout and everything else is on stderr. */
export interface Output {
  /** A record for programs: one JSON line with `--json`, nothing otherwise. */
  event(record: Readonly<Record<string, unknown>> & { readonly type: string }): void
  /** A line for people. */
  line(text: string): void
  /** Replaces the last progress report: a bar on a terminal, now and then a line elsewhere. */
  progress(report: ProgressReport): void
}

export interface CommandContext {
  /** In the order of `arguments`; undefined where optional and absent, an array for `...`. */
  readonly args: readonly (string | string[] | undefined)[]
  /** By camel-cased long flag. */
  readonly options: Readonly<Record<string, unknown>>
  /** Aborts at the first Ctrl-C (then end in good order and return); the second ends the process. */
  readonly signal: AbortSignal
  readonly out: Output
  /** `--seed`, undefined where not given. */
  readonly seed: number | undefined
  /** `--set path=value`, in order. */
  readonly set: readonly string[]
  readonly isVerbose: boolean
  /** `--ros-args …` as they were given; empty where not. */
  readonly rosArgs: readonly string[]
}

export interface CommandOutcome {
  /** Becomes the last line `{"type": "result", …}`; SI units, names end in their unit. */
  readonly result: Readonly<Record<string, unknown>>
  /** What a person reads at the end. */
  readonly summary?: string
  /** Default 0; 1 when the thing asked for did not hold. */
  readonly exitCode?: number
}

/**
 * A command is a file `commands/<name>.ts` that exports one of these as `command`, plus its line in
 * `commands/index.ts`. Heavy imports belong inside `run`, so that `--help` stays quick.
 */
export interface CommandDefinition {
  /** Full command lines, shown by `--help`: the usual one first. */
  readonly examples: readonly string[]
  readonly arguments: readonly CommandArgument[]
  readonly options: readonly CommandOption[]
  /** What `--set` overrides: "the deploy config". Left out: nothing, and `--set` is refused. */
  readonly settable?: string
  /** Whether it may be a node of ROS 2, so that `--ros-args` mean something to it. */
  readonly isRosNode?: boolean
  run(context: CommandContext): Promise<CommandOutcome>
}

/** What the commands are for, in the order of `sim2arm --help`. */
export const COMMAND_GROUPS = [
  'Simulate and train',
  'Judge',
  'Arm and servos',
  'Recordings and formats',
  'Project and machine',
] as const

/** What the list of commands needs to know before a command is loaded. */
export interface CommandEntry {
  readonly group: (typeof COMMAND_GROUPS)[number]
  /** One line of 80 columns, with the longest name before it. */
  readonly summary: string
  load(): Promise<CommandDefinition>
}
