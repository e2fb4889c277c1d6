import { CodedError } from '../../../configs/load/coded-error.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger } from '../option-values.ts'
import { PROTOCOL_NAMES, protocolsOf } from '../servo-bus.ts'

/** Of any servo; some vendors stop one earlier. */
const LAST_ID = 253

export const command: CommandDefinition = {
  examples: ['sim2arm set-id --port /dev/ttyACM0 --from 1 --to 5'],
  arguments: [],
  options: [
    { flags: '--port <device>', description: 'serial device, one servo connected' },
    { flags: '--from <id>', description: 'its id now', parse: parseInteger(0, LAST_ID) },
    { flags: '--to <id>', description: 'its id from now on', parse: parseInteger(0, LAST_ID) },
    {
      flags: '--protocol <name>',
      description: 'what it speaks',
      choices: PROTOCOL_NAMES,
      defaultValue: 'feetech',
    },
    {
      flags: '--baud <bit/s>',
      description: 'rate at which it answers',
      parse: parseInteger(1),
      defaultValue: 1_000_000,
    },
  ],
  run,
}

/** Gives a servo another id, for good. Its torque goes off. */
async function run({ options, signal }: CommandContext): Promise<CommandOutcome> {
  const { from, to, port } = options as { from?: number; to?: number; port?: string }
  if (port === undefined || from === undefined || to === undefined) {
    throw new CodedError('BRIDGE_USAGE', '--port, --from and --to are needed', {
      hint: 'sim2arm scan tells port and id',
    })
  }
  const [{ SerialTransport }, { ServoClient }, { assignServoId }, { RealClock }] =
    await Promise.all([
      import('../../../robot/bus/transports/serial-transport.node.ts'),
      import('../../../robot/bus/drivers/servo-client.ts'),
      import('../../../robot/bus/drivers/configure-servos.ts'),
      import('../../../robot/model/real-clock.node.ts'),
    ])
  const baudBps = options['baud'] as number
  const [protocol] = protocolsOf(options['protocol'] as string)
  const transport = new SerialTransport({ path: port, baudBps })
  const client = new ServoClient({
    protocol: protocol!,
    transport,
    clock: new RealClock(),
    baudBps,
  })
  await client.open(signal)
  try {
    await assignServoId(client, from, to)
    if (!(await client.isThere(to))) {
      throw new CodedError('ROBOT_SERVO_SILENT', `no servo answers to id ${to}`, {
        hint: `sim2arm scan --port ${port} finds it`,
      })
    }
  } finally {
    await client.close()
  }
  return {
    result: { port, protocol: protocol!.name, from, to },
    summary: `The servo answers to id ${to} from now on, its torque off.`,
  }
}
