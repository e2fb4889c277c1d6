import { existsSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { onDisk } from '../../../configs/load/disk-error.ts'
import { TOUCH_ONLY, TOUCH_OPTIONS, touch } from '../calibrate-touch.ts'
import { createDialog } from '../calibration-dialog.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { refuseWithout } from '../stray-options.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm calibrate --port /dev/ttyACM0 --arm so101 --out my_arm.yaml',
    'sim2arm calibrate --touch --port /dev/ttyACM0 --calibration my_arm.yaml --out touched.yaml',
  ],
  arguments: [],
  options: [
    { flags: '--port <device>', description: 'serial device of the arm' },
    { flags: '--arm <name>', description: 'which arm it is', defaultValue: 'so101' },
    { flags: '--out <file>', description: 'calibration file to write, YAML' },
    { flags: '--lerobot <file>', description: 'the same for LeRobot, JSON' },
    ...TOUCH_OPTIONS,
  ],
  run,
}

/** Joint zeros and ranges of an arm that is led by hand. Nothing moves by itself. */
async function run(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const { out: file, port } = options as { out?: string; port?: string }
  const lerobotFile = options['lerobot'] as string | undefined
  if (port === undefined || file === undefined) {
    throw new CodedError('BRIDGE_USAGE', '--port and --out are needed', {
      hint: 'for example --port /dev/ttyACM0 --out my_arm.yaml',
    })
  }
  refuseWithout(options, TOUCH_ONLY, ['touch'])
  // Before the work of minutes, not after it.
  const named = [file, lerobotFile, options['camera'] as string | undefined]
  const files = named.filter((each) => each !== undefined)
  for (const [k, each] of files.entries()) {
    if (files.slice(0, k).some((other) => resolve(other) === resolve(each))) {
      throw new CodedError('BRIDGE_USAGE', `${each} cannot be two files at once`, {
        hint: 'give each its own name',
      })
    }
    if (existsSync(each)) {
      throw new CodedError('BRIDGE_DISK', `${each} is there already`, { hint: 'name a new file' })
    }
    if (existsSync(dirname(each))) continue
    throw new CodedError('BRIDGE_DISK', `there is no folder ${dirname(each)}`, {
      hint: 'make it, or check the path',
    })
  }
  const { loadArmDescription } = await import('../../../robot/model/load-arm.node.ts')
  const arm = loadArmDescription(options['arm'] as string)
  if (arm.bus === undefined) {
    throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no servo bus`, {
      hint: 'calibrate is for arms of servos; name one with --arm',
    })
  }
  const turned = arm.joints.find(({ servo }) => servo?.sign === -1)
  if (lerobotFile !== undefined && turned !== undefined) {
    const message = `LeRobot turns the servo of ${turned.name} round before it calibrates ${arm.name}`
    throw new CodedError('BRIDGE_USAGE', message, {
      hint: 'calibrate it with LeRobot, whose file is read as it is; or leave --lerobot out',
    })
  }
  if (options['touch'] === true) {
    if (lerobotFile === undefined) return touch(context, { arm, file, port })
    throw new CodedError('BRIDGE_USAGE', 'LeRobot’s file has no place for touched zeros', {
      hint: 'leave --lerobot out; --out is what deploy reads',
    })
  }
  const [
    { SerialTransport },
    { ServoClient },
    { SERVO_PROTOCOLS },
    { RealClock },
    { calibrateArm },
    { saveCalibration },
  ] = await Promise.all([
    import('../../../robot/bus/transports/serial-transport.node.ts'),
    import('../../../robot/bus/drivers/servo-client.ts'),
    import('../../../robot/bus/protocols/index.ts'),
    import('../../../robot/model/real-clock.node.ts'),
    import('../../../robot/calibration/calibrate-arm.ts'),
    import('../../../robot/calibration/load-calibration.node.ts'),
  ])
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
