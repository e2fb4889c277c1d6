import { existsSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { onDisk } from '../../../configs/load/disk-error.ts'
import type { CalibrationDialog, SweptJoint } from '../../../robot/calibration/calibrate-arm.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'

/** Between two looks at the joints while they are swept [ms]. */
const LOOK_MS = 20

export const command: CommandDefinition = {
  example: 'sim2arm calibrate --port /dev/ttyACM0 --arm so101 --out my_arm.yaml',
  arguments: [],
  options: [
    { flags: '--port <device>', description: 'serial device of the arm' },
    { flags: '--arm <name>', description: 'which arm it is', defaultValue: 'so101' },
    { flags: '--out <file>', description: 'calibration file to write, YAML' },
    { flags: '--lerobot <file>', description: 'the same for LeRobot, JSON' },
  ],
  run,
}

/** Joint zeros and ranges of an arm that is led by hand. Nothing moves by itself. */
async function run({ options, out, signal }: CommandContext): Promise<CommandOutcome> {
  const { out: file, port } = options as { out?: string; port?: string }
  const lerobotFile = options['lerobot'] as string | undefined
  if (port === undefined || file === undefined) {
    throw new CodedError('BRIDGE_USAGE', '--port and --out are needed', {
      hint: 'for example --port /dev/ttyACM0 --out my_arm.yaml',
    })
  }
  for (const each of [file, lerobotFile]) {
    if (each === undefined || !existsSync(each)) continue
    throw new CodedError('BRIDGE_DISK', `${each} is there already`, { hint: 'name a new file' })
  }
  const [
    { loadArmDescription },
    { SerialTransport },
    { ServoClient },
    { SERVO_PROTOCOLS },
    { RealClock },
    { calibrateArm },
    { saveCalibration },
  ] = await Promise.all([
    import('../../../robot/model/load-arm.node.ts'),
    import('../../../robot/bus/transports/serial-transport.node.ts'),
    import('../../../robot/bus/drivers/servo-client.ts'),
    import('../../../robot/bus/protocols/index.ts'),
    import('../../../robot/model/real-clock.node.ts'),
    import('../../../robot/calibration/calibrate-arm.ts'),
    import('../../../robot/calibration/load-calibration.node.ts'),
  ])
  const arm = loadArmDescription(options['arm'] as string)
  if (arm.bus === undefined) {
    throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no servo bus`, {
      hint: 'calibrate is for arms of servos; name one with --arm',
    })
  }
  const { baudBps, protocol: name } = arm.bus
  const client = new ServoClient({
    protocol: SERVO_PROTOCOLS[name],
    transport: new SerialTransport({ path: port, baudBps }),
    clock: new RealClock(),
    baudBps,
    nameOf: (id) => arm.joints.find(({ servo }) => servo?.id === id)?.name,
  })
  await client.open(signal)
  const dialog = createDialog(out, signal)
  try {
    const now = new Date().toISOString()
    const { lerobot, ours } = await calibrateArm(client, arm, dialog, now)
    saveCalibration(file, ours)
    if (lerobotFile !== undefined) {
      const text = `${JSON.stringify(lerobot, null, 4)}\n`
      onDisk(`cannot write ${lerobotFile}`, () => writeFileSync(lerobotFile, text))
    }
    return {
      result: { arm: arm.name, port, file, lerobot: lerobotFile ?? null, joints: ours.joints },
      summary: `Calibrated: ${[file, lerobotFile].filter(Boolean).join(', ')}. The arm is limp.`,
    }
  } finally {
    dialog.close()
    await client.close()
  }
}

/** Asks on the terminal; Enter is yes. */
function createDialog(
  out: CommandContext['out'],
  signal: AbortSignal,
): CalibrationDialog & { close(): void } {
  const lines = createInterface({ input: process.stdin })
  const ended = new Promise<never>((_, reject) => {
    lines.once('close', () =>
      reject(
        new CodedError('BRIDGE_USAGE', 'the input ended before the calibration did', {
          hint: 'run it on a terminal and answer with Enter',
        }),
      ),
    )
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  ended.catch(() => {})
  // Answers may come before their questions, from a pipe.
  let numAnswers = 0
  let onAnswer = () => {}
  lines.on('line', () => {
    numAnswers++
    onAnswer()
  })
  const answer = async () => {
    while (numAnswers === 0) {
      const next = new Promise<void>((resolve) => {
        onAnswer = resolve
      })
      await Promise.race([next, ended])
    }
    numAnswers--
  }
  return {
    async confirm(request) {
      out.line(`${request}, then press Enter.`)
      await answer()
    },
    async watch(request, look) {
      out.line(`${request}, then press Enter.`)
      let isDone = false
      const done = answer().finally(() => {
        isDone = true
      })
      let joints: readonly SweptJoint[] = []
      while (!isDone) {
        joints = await look()
        await sleep(LOOK_MS)
      }
      await done
      for (const { name, minTicks, maxTicks } of joints) {
        out.line(`${name.padEnd(14)} ${minTicks} to ${maxTicks}`)
      }
    },
    close: () => lines.close(),
  }
}
