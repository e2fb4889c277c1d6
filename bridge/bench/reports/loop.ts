import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import type { DeployConfig } from '../../deploy/deploy.schema.ts'
import { loadDeployConfig } from '../../deploy/load-deploy-config.node.ts'
import { recordArm } from '../../recording/record-run.node.ts'
import type { MessageSink } from '../../recording/topics.ts'
import { startFoxgloveLive } from '../../streams/foxglove/foxglove-live.node.ts'
import { benchLoop, type LoopBenchResult } from '../bench-loop.ts'
import { startRoughClients } from '../rough-clients.node.ts'
import { processStopwatch } from '../stopwatch.node.ts'
import { formatTable } from '../table.ts'

const DURATION_S = 10
const HEAD = [
  '',
  'rate Hz',
  'late p50 µs',
  'p99 µs',
  'missed',
  'of all',
  'policy p50 µs',
  'p99 µs',
  'cores',
]
const INTERRUPTED = 130

/** How evenly this machine runs the control loop of a deployment, in real time. */
export async function reportLoop(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const durationS = (options['seconds'] as number | undefined) ?? DURATION_S
  const config = loadDeployConfig(arm.name)
  const task = loadConfig('tasks', (options['task'] as string | undefined) ?? 'push', taskSchema)
  const measure = async (sinks: readonly MessageSink[]) => {
    const beganCpuS = processStopwatch.cpuS()
    const beganS = processStopwatch.wallS()
    const clock = new RealClock()
    const result = await benchLoop({ arm, task, config, clock, durationS, signal, sinks })
    const wallS = processStopwatch.wallS() - beganS
    return { ...result, cpuShare: (processStopwatch.cpuS() - beganCpuS) / wallS }
  }
  const alone = await measure([])
  const rows = [cells('alone', alone)]
  const count = options['clients'] as number | undefined
  const rough =
    count === undefined || signal.aborted
      ? undefined
      : await amongRoughClients(count, { arm, config }, measure)
  if (rough !== undefined) rows.push(cells(`${count} clients`, rough))
  out.line(formatTable(HEAD, rows))
  const worst = rough ?? alone
  return {
    result: { ...alone, durationS, ...(rough && { rough }) },
    summary: `${alone.rateHz} Hz for ${worst.seconds.toFixed(0)} s${rough ? `, recorded, with ${count} rough clients` : ''}: ${micros(worst.jitterP99S)} µs late at the 99th percentile, ${worst.missed} deadlines missed (${(100 * worst.missedShare).toFixed(3)} %)`,
    ...(signal.aborted && { exitCode: INTERRUPTED }),
  }
}

type Measured = LoopBenchResult & { readonly cpuShare: number }

/** The same while a recorder writes and clients of the live stream do their worst. */
async function amongRoughClients(
  count: number,
  facts: { readonly arm: ArmDescription; readonly config: DeployConfig },
  measure: (sinks: readonly MessageSink[]) => Promise<Measured>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'sim2arm-bench-'))
  const lost: string[] = []
  const onLost = ({ code }: { readonly code: string }) => void lost.push(code)
  const calibration = nominalCalibration(facts.arm)
  const recorder = await recordArm(join(folder, 'loop.mcap'), { ...facts, calibration }, onLost)
  const accepts = { '/emergency_stop': 'std_msgs/msg/Bool' } as const
  const place = { host: '127.0.0.1', port: 0 }
  const live = await startFoxgloveLive({ ...place, name: 'bench loop', accepts, onLost })
  const clients = await startRoughClients({ url: live.url, count })
  try {
    const measured = await measure([recorder, live])
    const dropped = { recorder: recorder.numDropped, live: live.numDropped }
    return { ...measured, clients: count, droppedMessages: dropped, lost }
  } finally {
    await clients.stop()
    await live.close()
    await recorder.close()
    rmSync(folder, { recursive: true })
  }
}

function cells(name: string, result: Measured): (string | number)[] {
  return [
    name,
    result.rateHz,
    micros(result.jitterP50S),
    micros(result.jitterP99S),
    result.missed,
    `${(100 * result.missedShare).toFixed(3)} %`,
    micros(result.inference.p50S),
    micros(result.inference.p99S),
    result.cpuShare.toFixed(2),
  ]
}

function micros(seconds: number): string {
  return (1e6 * seconds).toFixed(0)
}
