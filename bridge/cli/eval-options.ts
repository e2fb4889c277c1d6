import { CodedError } from '../../configs/load/coded-error.ts'
import type { CommandContext } from './command.ts'
import type { Engine } from './evaluation-report.ts'
import { type OwnOptions, refuseStrayOptions } from './stray-options.ts'

export const EVAL_WORLDS = ['rapier', 'mujoco', 'twin', 'arm'] as const
export type EvalWorld = (typeof EVAL_WORLDS)[number]

const SIMULATED: readonly EvalWorld[] = ['rapier', 'mujoco']
export const DEFAULT_RANDOMIZATION = 'wide'

/** Options by the only worlds that they say something about. */
const OWN_OPTIONS: OwnOptions<EvalWorld> = {
  randomization: SIMULATED,
  perfectSensing: SIMULATED,
  against: SIMULATED,
  sensitivity: SIMULATED,
  failures: SIMULATED,
  substeps: SIMULATED,
  reality: ['twin'],
  realTime: ['twin'],
  record: ['twin'],
  view: ['rapier', 'mujoco', 'twin'],
  port: ['arm'],
  calibration: ['arm'],
  sensor: ['arm'],
}

/** Throws BRIDGE_USAGE for an option that would say nothing about the world that is chosen. */
export function checkWorldOptions(world: EvalWorld, options: CommandContext['options']): void {
  refuseStrayOptions(options, OWN_OPTIONS, { choice: world, by: '--world' })
  if (isAsked(options['substeps']) && world !== 'mujoco' && options['against'] !== 'mujoco') {
    throw new CodedError('BRIDGE_USAGE', '--substeps says nothing about Rapier', {
      hint: 'add --world mujoco',
    })
  }
  if (options['against'] === world) {
    throw new CodedError('BRIDGE_USAGE', `--against ${world} is the world itself`, {
      hint: `name two engines: --world ${world === 'rapier' ? 'mujoco' : 'rapier'} --against ${world}`,
    })
  }
}

export const isSimulated = (world: string): world is Engine =>
  world === 'rapier' || world === 'mujoco'

/** What is looked at goes on in real time, and is one thing. Throws BRIDGE_USAGE. */
export function checkViewOptions(world: EvalWorld, options: CommandContext['options']): void {
  if (options['view'] === undefined) return
  if (world === 'twin' && options['realTime'] !== true) {
    throw new CodedError('BRIDGE_USAGE', 'virtual time is too fast for --view', {
      hint: 'add --real-time',
    })
  }
  const other = ['against', 'goals', 'readout', 'sensitivity'].find((name) =>
    isAsked(options[name]),
  )
  if (other === undefined) return
  throw new CodedError('BRIDGE_USAGE', `--view shows nothing of --${other}`, {
    hint: `leave --view or --${other} out`,
  })
}

const isAsked = (value: unknown): boolean => value !== undefined && value !== false

/** What is asked beyond success is asked in simulation, one thing at a time. Throws BRIDGE_USAGE. */
export function checkQuestions(world: string, options: CommandContext['options']): void {
  const { goals, readout, sensitivity, resetState, against } = options
  const asked = [goals, readout, sensitivity].filter(isAsked)
  const isWrong =
    asked.length > 1 ||
    (resetState === true && goals === undefined) ||
    (asked.length > 0 && (!isSimulated(world) || against !== undefined))
  if (isWrong) {
    const message =
      '--goals, --readout and --sensitivity go one at a time, in rapier or mujoco, without --against'
    throw new CodedError('BRIDGE_USAGE', message, { hint: '--reset-state goes with --goals' })
  }
  checkMemoryOptions(options)
}

/** What is asked of memory is told by the task's main threshold, and is no entry of a card. */
function checkMemoryOptions(options: CommandContext['options']): void {
  const asked = ['goals', 'readout'].find((name) => isAsked(options[name]))
  const stray = ['thresholds', 'append', 'failures', 'substeps'].find((name) =>
    isAsked(options[name]),
  )
  if (asked === undefined || stray === undefined) return
  throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing about --${asked}`, {
    hint: `leave --${stray} or --${asked} out`,
  })
}
