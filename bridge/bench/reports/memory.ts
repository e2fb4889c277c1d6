import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { makeTaskEnv } from '../../../sim/world/make-task-env.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { benchMemory, type MemoryReading } from '../bench-memory.ts'
import { createMemoryMeter, type MemoryUse } from '../memory.node.ts'
import { formatNumber, formatTable } from '../table.ts'
import { ITERATIONS, TIMESTEP_S } from './physics.ts'

const STEPS = 3e5
const ARMS = 16
const SEED = 1
const MUJOCO_SUBSTEPS = 4
/** Growth of live memory that is none: a leak of one object in a thousand steps is more [bytes/million]. */
const MOST_GROWTH_BYTES = 1e6

/** Whether training's world keeps its size: memory at tenths of a long run with resets. */
export async function reportMemory(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, seed = SEED, set, signal } = context
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const [arms = ARMS] = (options['arms'] as number[] | undefined) ?? []
  const steps = (options['steps'] as number | undefined) ?? STEPS
  const kind = options['world'] as 'rapier' | 'mujoco'
  const taskName = (options['task'] as string | undefined) ?? 'push'
  const randomizationName = (options['randomization'] as string | undefined) ?? 'wide'
  const meter = createMemoryMeter()
  const env = await makeTaskEnv(
    {
      arm,
      task: loadTask(taskName, { set }),
      randomization: loadRandomization(randomizationName),
      engine: { kind, timestepS: TIMESTEP_S, iterations: ITERATIONS, substeps: MUJOCO_SUBSTEPS },
    },
    { numEnvs: arms },
  )
  try {
    const result = benchMemory(env, {
      meter,
      steps,
      seed,
      onReading(reading) {
        signal.throwIfAborted()
        out.event({ type: 'memory', ...reading })
        out.progress({ done: reading.steps, total: steps, unit: 'arm steps' })
      },
    })
    const { growthBytesPerMillion: growth, allocatedBytesPerStep, allocatedBytesPerReset } = result
    const { heapBytes, buffersBytes, wasmBytes } = growth
    const held = heapBytes + buffersBytes + wasmBytes <= MOST_GROWTH_BYTES
    out.line(memoryTable(result.readings, growth))
    return {
      result: { task: taskName, arm: arm.name, world: kind, arms, steps, held, ...result },
      summary: `live memory grows by ${megabytes(heapBytes + buffersBytes + wasmBytes)} MB per million steps, the process by ${megabytes(growth.rssBytes)} MB; a step makes ${formatNumber(allocatedBytesPerStep)} bytes of garbage per arm, a reset ${formatNumber(allocatedBytesPerReset)}`,
      exitCode: held ? 0 : 1,
    }
  } finally {
    env.dispose()
  }
}

function memoryTable(readings: readonly MemoryReading[], growth: MemoryUse): string {
  const cells = (use: MemoryUse) =>
    [use.rssBytes, use.heapBytes, use.buffersBytes, use.wasmBytes].map(megabytes)
  return formatTable(
    ['arm steps', 'process MB', 'JS heap MB', 'buffers MB', 'WebAssembly MB'],
    [
      ...readings.map((reading) => [formatNumber(reading.steps), ...cells(reading)]),
      ['growth per million', ...cells(growth)],
    ],
  )
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2)
}
