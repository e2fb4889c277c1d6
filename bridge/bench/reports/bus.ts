import { CodedError } from '../../../configs/load/coded-error.ts'
import { SERVO_FAMILIES } from '../../../robot/bus/drivers/servo-families.ts'
import { SERVO_PROTOCOLS } from '../../../robot/bus/protocols/index.ts'
import { SerialTransport } from '../../../robot/bus/transports/serial-transport.node.ts'
import type { RegisterValues } from '../../../robot/bus/twin/register-memory.ts'
import { TwinDevice } from '../../../robot/bus/twin/twin-device.node.ts'
import { twinServosOf } from '../../../robot/bus/twin/twin-servos.ts'
import { createVirtualTwin } from '../../../robot/bus/twin/twin-virtual.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { type BusBenchResult, type BusCycle, benchBus } from '../bench-bus.ts'
import { IdealPlant } from '../ideal-plant.ts'
import { formatTable } from '../table.ts'

const VIRTUAL_CYCLES = 200
const REAL_CYCLES = 1000

/** Cycles per second over the emulated bus on virtual time, and through a serial device of this machine. */
export async function reportBus({ options, out }: CommandContext): Promise<CommandOutcome> {
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const virtual = await benchVirtualBus(arm)
  const device = await benchDeviceBus(arm).catch((error: unknown) => {
    if (!(error instanceof CodedError) || !error.code.startsWith('ROBOT_PORT')) throw error
    out.line(`Serial device skipped: ${error.message}`)
    return undefined
  })
  const row = (name: string, result: BusBenchResult) => [
    name,
    result.cyclesPerS.toFixed(0),
    result.wireLimit.toFixed(0),
    `${((100 * result.cyclesPerS) / result.wireLimit).toFixed(0)} %`,
    result.lostReplies,
  ]
  const rows = [row('emulated wire, virtual time', virtual)]
  if (device !== undefined) rows.push(row('serial device, real time', device))
  out.line(formatTable(['bus', 'cycles/s', 'bytes alone', 'share', 'lost replies'], rows))
  return {
    result: { arm: arm.name, ...virtual, ...(device !== undefined && { device }) },
    summary: `${virtual.cyclesPerS.toFixed(0)} cycles/s of ${virtual.bytesPerCycle} bytes; the bytes alone would allow ${virtual.wireLimit.toFixed(0)}`,
  }
}

/** The driver's cycle on an emulated bus, on virtual time: exact, whatever the machine. */
export async function benchVirtualBus(
  arm: ArmDescription,
  change: CycleChange = {},
): Promise<BusBenchResult> {
  const clock = new VirtualClock()
  const twin = twinServosOf(arm, { registers: { Return_Delay_Time: 0, ...change.registers } })
  const plant = new IdealPlant(new Float64Array(twin.servos.length))
  const random = new RandomStream(1)
  const { transport } = await createVirtualTwin({ ...twin, plant, clock, random })
  return clock.run(() =>
    benchBus({ ...cycleOf(arm, change), transport, clock, cycles: VIRTUAL_CYCLES }),
  )
}

/** The same through a pseudo-terminal and serialport, twin and host in this process. */
async function benchDeviceBus(arm: ArmDescription): Promise<BusBenchResult> {
  const clock = new RealClock()
  const twin = twinServosOf(arm, { registers: { Return_Delay_Time: 0 } })
  const plant = new IdealPlant(new Float64Array(twin.servos.length), clock.now())
  let failure: unknown
  const device = new TwinDevice({
    ...twin,
    plant,
    clock,
    random: new RandomStream(1),
    onError: (error) => {
      failure = error
    },
  })
  device.plug()
  try {
    const cycle = cycleOf(arm, {})
    const transport = new SerialTransport({ path: device.path, baudBps: cycle.baudBps })
    return await benchBus({ ...cycle, transport, clock, cycles: REAL_CYCLES })
  } catch (error) {
    throw failure ?? error
  } finally {
    device.close()
  }
}

/** What differs from the driver's own cycle: feedback of every servo, and a goal. */
interface CycleChange {
  readonly readAddress?: number
  readonly readBytes?: number
  readonly writeAddress?: number
  readonly writeBytes?: number
  readonly registers?: RegisterValues
}

function cycleOf(arm: ArmDescription, change: CycleChange): BusCycle {
  const { protocol, baudBps } = arm.bus!
  const { feedback, registers } = SERVO_FAMILIES[protocol]
  return {
    protocol: SERVO_PROTOCOLS[protocol],
    ids: arm.joints.flatMap(({ servo }) => (servo === undefined ? [] : [servo.id])),
    baudBps,
    block: {
      address: change.readAddress ?? feedback.address,
      length: change.readBytes ?? feedback.length,
      spare: feedback.spare,
    },
    writeAddress: change.writeAddress ?? registers.goal.address,
    writeBytes: change.writeBytes ?? registers.goal.size,
  }
}
