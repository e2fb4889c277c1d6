import { loadConfig } from '../../../configs/load/load.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { loadDeployConfig } from '../../deploy/load-deploy-config.node.ts'
import { benchLoop } from '../bench-loop.ts'
import { processStopwatch } from '../stopwatch.node.ts'
import { formatTable } from '../table.ts'

const DURATION_S = 10

/** How evenly this machine runs the control loop of a deployment, in real time. */
export async function reportLoop({
  options,
  out,
  signal,
}: CommandContext): Promise<CommandOutcome> {
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const durationS = (options['seconds'] as number | undefined) ?? DURATION_S
  const beganCpuS = processStopwatch.cpuS()
  const beganS = processStopwatch.wallS()
  const result = await benchLoop({
    arm,
    task: loadConfig('tasks', (options['task'] as string | undefined) ?? 'push', taskSchema),
    config: loadDeployConfig(arm.name),
    clock: new RealClock(),
    durationS,
    signal,
  })
  const cpuShare = (processStopwatch.cpuS() - beganCpuS) / (processStopwatch.wallS() - beganS)
  const microseconds = (seconds: number) => (1e6 * seconds).toFixed(0)
  const cells = [
    result.rateHz,
    microseconds(result.jitterP50S),
    microseconds(result.jitterP99S),
    result.missed,
    microseconds(result.inference.p50S),
    microseconds(result.inference.p99S),
    cpuShare.toFixed(2),
  ]
  const head = ['rate Hz', 'late p50 µs', 'p99 µs', 'missed', 'policy p50 µs', 'p99 µs', 'cores']
  out.line(formatTable(head, [cells]))
  return {
    result: { ...result, durationS, cpuShare },
    summary: `${result.rateHz} Hz for ${durationS} s: ${microseconds(result.jitterP99S)} µs late at the 99th percentile, ${result.missed} deadlines missed`,
  }
}
