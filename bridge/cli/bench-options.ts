import { CodedError } from '../../configs/load/coded-error.ts'
import type { CommandContext, CommandOption } from './command.ts'
import { parseInteger, parseNumber, parseNumberList } from './option-values.ts'

/** What can be measured; physics in three ways. */
export const BENCHES = [
  'physics',
  'update',
  'layers',
  'train',
  'inference',
  'loop',
  'bus',
  'arm',
  'faults',
  'endurance',
  'memory',
  'soak',
] as const
export type Bench = (typeof BENCHES)[number]
export type BenchKind = Bench | 'physics --fidelity' | 'physics --workers'

interface BenchOption extends CommandOption {
  /** The only ones that it says something about. */
  readonly of: readonly BenchKind[]
  /** Of a list: the only ones that take several. */
  readonly severalOf?: readonly BenchKind[]
}

const OPTIONS: readonly BenchOption[] = [
  {
    flags: '--arm <name>',
    description: 'an arm of configs/arms',
    of: [
      'physics',
      'physics --workers',
      'train',
      'loop',
      'bus',
      'arm',
      'faults',
      'endurance',
      'memory',
    ],
    defaultValue: 'so101',
  },
  {
    flags: '--task <name>',
    description: 'what is played (default push; endurance also all)',
    of: ['physics', 'physics --workers', 'train', 'loop', 'arm', 'endurance', 'memory'],
  },
  {
    flags: '--arms <list>',
    description: 'arms in one world',
    of: ['physics', 'physics --workers', 'endurance', 'memory'],
    severalOf: ['physics'],
    parse: parseCounts,
  },
  {
    flags: '--fidelity',
    description: 'how far it is from theory and from MuJoCo, instead of speed',
    of: ['physics --fidelity'],
  },
  {
    flags: '--workers <N>',
    description: 'threads: how much faster they are than one; with update, that share it',
    of: ['physics --workers', 'update'],
    parse: parseInteger(2, 64),
  },
  {
    flags: '--only <name>',
    description: 'a check or a section of them; a fault or a phase',
    of: ['physics --fidelity', 'faults'],
    isRepeatable: true,
  },
  {
    flags: '--randomization <name>',
    description: 'draws of the worlds (default nominal for physics, else wide)',
    of: ['physics', 'physics --workers', 'endurance', 'memory'],
  },
  {
    flags: '--instants <N>',
    description: 'random instants of each phase (default 20)',
    of: ['faults'],
    parse: parseInteger(1, 10_000),
  },
  {
    flags: '--resume <file>',
    description: 'rows that are in this JSON-lines file are not run again, others added',
    of: ['faults'],
  },
  {
    flags: '--minutes <M>',
    description: 'simulated ones of each arm (default 10); with soak real ones (default 30)',
    of: ['endurance', 'soak'],
    parse: parseNumber(0.01),
  },
  {
    flags: '--steps <N>',
    description: 'policy steps of one arm, in all (default 300000)',
    of: ['memory'],
    parse: parseInteger(1000, 1e9),
  },
  {
    flags: '--world <name>',
    description: 'the engine',
    of: ['endurance', 'memory'],
    choices: ['rapier', 'mujoco'],
    defaultValue: 'rapier',
  },
  {
    flags: '--backend <name>',
    description: 'what computes',
    of: ['update'],
    choices: ['wasm', 'tensorflow', 'webgpu'],
    defaultValue: 'wasm',
  },
  {
    flags: '--instructions <name>',
    description: 'as on a processor with no wider vectors, the peer too',
    of: ['update'],
    choices: ['avx2'],
  },
  { flags: '--batch <list>', description: 'batch sizes', of: ['inference'], parse: parseCounts },
  {
    flags: '--policy <policy>',
    description: 'a policy instead of random weights; with faults, of the scripted one',
    of: ['inference', 'faults'],
  },
  { flags: '--seconds <s>', description: 'how long', of: ['loop'], parse: parseNumber(0.1) },
  {
    flags: '--clients <N>',
    description: 'once more, recorded and with so many rough WebSocket clients',
    of: ['loop'],
    parse: parseInteger(1, 30),
  },
  {
    flags: '--reality <name>',
    description:
      'an emulated set-up (default nominal and workshop for arm, workshop for soak, nominal for faults)',
    of: ['arm', 'soak', 'faults'],
    severalOf: ['arm'],
    isRepeatable: true,
  },
  {
    flags: '--repeats <N>',
    description: 'how often',
    of: ['physics', 'physics --workers', 'update', 'train'],
    parse: parseInteger(1, 1000),
  },
  {
    flags: '--peer <name>',
    description:
      'the same in another library (mujoco for physics, pytorch for update), by the Python in SIM2ARM_PYTHON or on the path',
    of: ['physics', 'physics --fidelity', 'update'],
    choices: ['mujoco', 'pytorch'],
  },
]

/** Each says what it belongs to. */
export const BENCH_OPTIONS: readonly CommandOption[] = OPTIONS.map(
  ({ of, severalOf: _, ...option }) => ({
    ...option,
    description: `${of.join(', ')}: ${option.description}`,
  }),
)

/** Which of the ways of measuring the options choose. */
export function benchKind(bench: Bench, options: CommandContext['options']): BenchKind {
  if (bench !== 'physics') return bench
  if (options['fidelity'] === true) return 'physics --fidelity'
  return options['workers'] === undefined ? 'physics' : 'physics --workers'
}

/** Throws BRIDGE_USAGE for an option, or a part of it, that would say nothing about what is measured. */
export function refuseStrayOptions(kind: BenchKind, options: CommandContext['options']): void {
  for (const { flags, of, severalOf, defaultValue, isRepeatable } of OPTIONS) {
    const flag = flags.split(' ')[0]!
    const value = options[flag.slice(2)]
    const isGiven = isRepeatable === true ? (value as unknown[]).length > 0 : value !== defaultValue
    if (isGiven && !of.includes(kind)) {
      throw new CodedError('BRIDGE_USAGE', `${flag} says nothing about bench ${kind}`, {
        hint: `it goes with ${of.join(', ')}`,
      })
    }
    const isOne = severalOf !== undefined && !severalOf.includes(kind)
    if (!isOne || !Array.isArray(value) || value.length <= 1) continue
    throw new CodedError('BRIDGE_USAGE', `bench ${kind} takes one ${flag}, found ${value}`, {
      hint: `several go with ${severalOf.join(', ')}`,
    })
  }
}

/** Whole numbers from 1 between commas. */
function parseCounts(text: string): number[] {
  return parseNumberList(text).map((value) => parseInteger(1, 4096)(String(value)))
}
