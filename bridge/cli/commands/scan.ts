import { asCodedError, CodedError } from '../../../configs/load/coded-error.ts'
import type { FoundServo, IdClash } from '../../../robot/bus/drivers/scan-servos.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger } from '../option-values.ts'
import { isAdapter, PROTOCOL_NAMES, protocolsOf, stablePortName } from '../servo-bus.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm scan',
    'sim2arm scan --port /dev/ttyACM0 --protocol dynamixel --baud 1000000',
  ],
  arguments: [],
  options: [
    {
      flags: '--port <device>',
      description: 'serial device; left out: every USB one',
      isRepeatable: true,
    },
    { flags: '--protocol <name>', description: 'left out: every one', choices: PROTOCOL_NAMES },
    { flags: '--baud <bit/s>', description: 'left out: every one', parse: parseInteger(1) },
  ],
  run,
}

interface Found extends FoundServo {
  readonly port: string
  readonly protocol: string
}

interface Clash extends IdClash {
  readonly port: string
  readonly protocol: string
}

/** Every servo that answers, on every port, at every rate. Nothing moves. */
async function run({ options, out, signal }: CommandContext): Promise<CommandOutcome> {
  const [{ listPorts, SerialTransport }, { scanServos }, { RealClock }] = await Promise.all([
    import('../../../robot/bus/transports/serial-transport.node.ts'),
    import('../../../robot/bus/drivers/scan-servos.ts'),
    import('../../../robot/model/real-clock.node.ts'),
  ])
  const asked = options['port'] as string[]
  const ports = asked.length > 0 ? asked : (await listPorts()).filter(isAdapter)
  if (ports.length === 0) {
    throw new CodedError('ROBOT_PORT_MISSING', 'this machine has no serial device', {
      hint: 'connect the arm’s adapter, or name one with --port',
    })
  }
  const protocols = protocolsOf(options['protocol'] as string | undefined)
  const baud = options['baud'] as number | undefined
  const clock = new RealClock()
  const servos: Found[] = []
  const clashes: Clash[] = []
  const failures: Record<string, string> = {}
  for (const path of ports) {
    for (const protocol of protocols) {
      const baudsBps = baud === undefined ? protocol.baudRatesBps : [baud]
      try {
        for (const baudBps of baudsBps) {
          signal.throwIfAborted()
          const transport = new SerialTransport({ path, baudBps })
          const { servos: found, clashes: doubled } = await scanServos({
            ...{ protocol, transport, clock, signal },
            baudsBps: [baudBps],
            allBaudsBps: baudsBps,
          })
          for (const servo of found.toSorted((a, b) => a.id - b.id)) {
            const record = { port: path, protocol: protocol.name, ...servo }
            servos.push(record)
            out.event({ type: 'servo', ...record })
            out.line(describe(record))
          }
          for (const clash of doubled) {
            const record = { port: path, protocol: protocol.name, ...clash }
            clashes.push(record)
            out.event({ type: 'clash', ...record })
            out.line(describeClash(record))
          }
        }
      } catch (error) {
        const coded = asCodedError(error)
        if (coded === undefined || signal.aborted || asked.length === 1) throw error
        const areOthersFailed = Object.keys(failures).length === ports.length - 1
        if (areOthersFailed && servos.length === 0) throw error
        failures[path] = coded.message
        out.line(coded.line)
        break
      }
    }
  }
  const stablePorts = ports.map((port) => stablePortName(port))
  return {
    result: { ports, stablePorts, servos, clashes, failures },
    summary: `${servos.length} servos on ${stablePorts.join(', ')}`,
    exitCode: servos.length > 0 && clashes.length === 0 ? 0 : 1,
  }
}

function describe(servo: Found): string {
  const { baudBps, firmware, id, model, port, positionTicks, protocol, temperatureC, voltageV } =
    servo
  const complaint = servo.complaint === undefined ? '' : `  reports ${servo.complaint}`
  return (
    `${port} ${protocol} ${String(baudBps).padStart(7)} bit/s  id ${String(id).padStart(3)}  ` +
    `${model.padEnd(10)} firmware ${firmware}  at ${String(positionTicks).padStart(5)}  ` +
    `${voltageV.toFixed(1)} V  ${temperatureC} °C${complaint}`
  )
}

function describeClash({ baudBps, id, port, protocol }: Clash): string {
  return (
    `${port} ${protocol} ${String(baudBps).padStart(7)} bit/s  id ${String(id).padStart(3)}  ` +
    'answers that nobody understands: two servos with one id? Connect one at a time, then sim2arm set-id'
  )
}
