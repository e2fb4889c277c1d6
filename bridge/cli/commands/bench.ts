import { unknownNameHint } from '../../../configs/load/closest-name.ts'
import { CodedError } from '../../../configs/load/coded-error.ts'
import {
  BENCH_OPTIONS,
  BENCHES,
  type Bench,
  type BenchKind,
  benchKind,
  refuseStrayOptions,
} from '../bench-options.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'

type Report = (context: CommandContext) => Promise<CommandOutcome>

/** Each in a file of bridge/bench/reports. */
const REPORTS: Readonly<Record<BenchKind, () => Promise<Report>>> = {
  physics: async () => (await import('../../bench/reports/physics.ts')).reportPhysics,
  'physics --fidelity': async () =>
    (await import('../../bench/reports/fidelity.ts')).reportFidelity,
  'physics --workers': async () =>
    (await import('../../bench/reports/physics-workers.ts')).reportPhysicsWorkers,
  update: async () => (await import('../../bench/reports/update.ts')).reportUpdate,
  layers: async () => (await import('../../bench/reports/layers.ts')).reportLayers,
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
const PEERS: Readonly<Partial<Record<Bench, string>>> = { physics: 'mujoco', update: 'pytorch' }

export const command: CommandDefinition = {
  examples: [
    'sim2arm bench physics --arms 1,16,64,128 --peer mujoco',
    'sim2arm bench physics --fidelity --only pushes',
    'sim2arm bench loop --seconds 30 --clients 20',
  ],
  arguments: [{ name: '<what>', description: `one of ${BENCHES.join(', ')}` }],
  options: BENCH_OPTIONS,
  async run(context) {
    const { options } = context
    const given = context.args[0] as string
    const bench = BENCHES.find((each) => each === given)
    if (bench === undefined) {
      throw new CodedError('BRIDGE_USAGE', `there is no bench "${given}"`, {
        hint: unknownNameHint(given, BENCHES),
      })
    }
    const kind = benchKind(bench, options)
    refuseStrayOptions(kind, options)
    const peer = options['peer']
    if (peer !== undefined && PEERS[bench] !== peer) {
      throw new CodedError('BRIDGE_USAGE', `bench ${bench} has no peer ${String(peer)}`, {
        hint: 'physics has --peer mujoco, update has --peer pytorch',
      })
    }
    return (await REPORTS[kind]())(context)
  },
}
