import { CodedError } from '../../../configs/load/coded-error.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger, parseNumber, parseNumberList } from '../option-values.ts'

type Report = (context: CommandContext) => Promise<CommandOutcome>

/** What can be measured, each in a file of bridge/bench/reports. */
const REPORTS: Readonly<Record<string, (context: CommandContext) => Promise<Report>>> = {
  physics: async ({ options }) => {
    if (options['fidelity'] === true) {
      return (await import('../../bench/reports/fidelity.ts')).reportFidelity
    }
    return options['workers'] === undefined
      ? (await import('../../bench/reports/physics.ts')).reportPhysics
      : (await import('../../bench/reports/physics-workers.ts')).reportPhysicsWorkers
  },
  update: async () => (await import('../../bench/reports/update.ts')).reportUpdate,
  train: async () => (await import('../../bench/reports/train.ts')).reportTrain,
  inference: async () => (await import('../../bench/reports/inference.ts')).reportInference,
  loop: async () => (await import('../../bench/reports/loop.ts')).reportLoop,
  bus: async () => (await import('../../bench/reports/bus.ts')).reportBus,
  arm: async () => (await import('../../bench/reports/arm.ts')).reportArm,
  faults: async () => (await import('../../bench/reports/faults.ts')).reportFaults,
  endurance: async () => (await import('../../bench/reports/endurance.ts')).reportEndurance,
  memory: async () => (await import('../../bench/reports/memory.ts')).reportMemory,
  soak: async () => (await import('../../bench/reports/soak.ts')).reportSoak,
}

/** The peers that some reports know. */
const PEERS: Readonly<Record<string, string>> = { physics: 'mujoco', update: 'pytorch' }

export const command: CommandDefinition = {
  example: 'sim2arm bench physics --arms 1,16,64,128 --peer mujoco',
  arguments: [{ name: '<what>', description: `one of ${Object.keys(REPORTS).join(', ')}` }],
  options: [
    { flags: '--arm <name>', description: 'an arm of configs/arms', defaultValue: 'so101' },
    {
      flags: '--task <name>',
      description: 'physics, train, loop, arm, memory: the task (default push); endurance: or all',
    },
    {
      flags: '--arms <list>',
      description: 'physics, endurance, memory: arms in one world',
      parse: parseCounts,
    },
    {
      flags: '--fidelity',
      description: 'physics: how far it is from theory and from MuJoCo, instead of speed',
    },
    {
      flags: '--workers <N>',
      description:
        'physics: how much faster so many threads are than one; update: threads that share it',
      parse: parseInteger(2, 64),
    },
    {
      flags: '--only <name>',
      description:
        'physics --fidelity: a check or a section of them; faults: a fault or a phase (repeatable)',
      isRepeatable: true,
    },
    {
      flags: '--randomization <name>',
      description: 'physics: draws of the worlds (default nominal); endurance, memory: (wide)',
    },
    {
      flags: '--instants <N>',
      description: 'faults: random instants of each phase (default 20)',
      parse: parseInteger(1, 10_000),
    },
    {
      flags: '--resume <file>',
      description: 'faults: rows that are in this JSON-lines file are not run again, others added',
    },
    {
      flags: '--minutes <M>',
      description: 'endurance: simulated, of each arm (default 10); soak: real ones (default 30)',
      parse: parseNumber(0.01),
    },
    {
      flags: '--steps <N>',
      description: 'memory: policy steps of one arm, in all (default 300000)',
      parse: parseInteger(1000, 1e9),
    },
    {
      flags: '--world <name>',
      description: 'endurance, memory: the engine',
      choices: ['rapier', 'mujoco'],
      defaultValue: 'rapier',
    },
    {
      flags: '--backend <name>',
      description: 'update: what computes',
      choices: ['wasm', 'tensorflow', 'webgpu'],
      defaultValue: 'wasm',
    },
    { flags: '--batch <list>', description: 'inference: batch sizes', parse: parseCounts },
    {
      flags: '--policy <name>',
      description: 'inference: a policy instead of random weights; faults: of the scripted one',
    },
    { flags: '--seconds <S>', description: 'loop: how long', parse: parseNumber(0.1) },
    {
      flags: '--clients <N>',
      description: 'loop: once more, recorded and with so many rough WebSocket clients',
      parse: parseInteger(1, 30),
    },
    {
      flags: '--reality <name>',
      description:
        'arm: an emulated set-up to study (repeatable; default nominal and workshop); soak: (workshop); faults: (nominal)',
      isRepeatable: true,
    },
    {
      flags: '--repeats <N>',
      description: 'physics, update, train: how often',
      parse: parseInteger(1, 1000),
    },
    {
      flags: '--peer <name>',
      description: 'the same in another library, by the Python in SIM2ARM_PYTHON or on the path',
      choices: ['mujoco', 'pytorch'],
    },
  ],
  async run(context) {
    const what = String(context.args[0])
    const load = REPORTS[what]
    if (load === undefined) {
      throw new CodedError('BRIDGE_USAGE', `expected something to measure, found "${what}"`, {
        hint: `one of ${Object.keys(REPORTS).join(', ')}`,
      })
    }
    const peer = context.options['peer']
    if (peer !== undefined && PEERS[what] !== peer) {
      throw new CodedError('BRIDGE_USAGE', `bench ${what} has no peer ${String(peer)}`, {
        hint: 'physics has --peer mujoco, update has --peer pytorch',
      })
    }
    return (await load(context))(context)
  },
}

/** Whole numbers from 1 between commas. */
function parseCounts(text: string): number[] {
  return parseNumberList(text).map((value) => parseInteger(1, 4096)(String(value)))
}
