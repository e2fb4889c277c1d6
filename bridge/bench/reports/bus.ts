import { CodedError } from '../../../configs/load/coded-error.ts'
import { findRegister } from '../../../robot/bus/protocols/feetech/control-table.ts'
import { SerialTransport } from '../../../robot/bus/transports/serial-transport.node.ts'
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
/** Position to temperature, and a goal: what the driver moves in a cycle. */
const READ_BYTES = 8
const WRITE_BYTES = 2

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
  bytes: { readonly readBytes: number; readonly writeBytes: number } = cycleSizes,
): Promise<BusBenchResult> {
  const clock = new VirtualClock()
  const servos = twinServosOf(arm, { registers: { Return_Delay_Time: 0 } })
  const plant = new IdealPlant(new Float64Array(servos.length))
  const random = new RandomStream(1)
  const { transport } = await createVirtualTwin({ servos, plant, clock, random })
  return clock.run(() =>
    benchBus({ ...cycleOf(arm, bytes), transport, clock, cycles: VIRTUAL_CYCLES }),
  )
}

/** The same through a pseudo-terminal and serialport, twin and host in this process. */
async function benchDeviceBus(arm: ArmDescription): Promise<BusBenchResult> {
  const clock = new RealClock()
  const servos = twinServosOf(arm, { registers: { Return_Delay_Time: 0 } })
  const plant = new IdealPlant(new Float64Array(servos.length), clock.now())
  let failure: unknown
  const device = new TwinDevice({
    servos,
    plant,
    clock,
    random: new RandomStream(1),
    onError: (error) => {
      failure = error
    },
  })
  device.plug()
  try {
    const cycle = cycleOf(arm, cycleSizes)
    const transport = new SerialTransport({ path: device.path, baudBps: cycle.baudBps })
    return await benchBus({ ...cycle, transport, clock, cycles: REAL_CYCLES })
  } catch (error) {
    throw failure ?? error
  } finally {
    device.close()
  }
}

const cycleSizes = { readBytes: READ_BYTES, writeBytes: WRITE_BYTES } as const

function cycleOf(
  arm: ArmDescription,
  { readBytes, writeBytes }: { readonly readBytes: number; readonly writeBytes: number },
): BusCycle {
  const ids = arm.joints.flatMap(({ servo }) => (servo === undefined ? [] : [servo.id]))
  return {
    ids,
    baudBps: arm.bus!.baudBps,
    readAddress: findRegister('Present_Position').address,
    readBytes,
    // Longer writes begin at the acceleration, which stands before the goal.
    writeAddress: findRegister(writeBytes > WRITE_BYTES ? 'Acceleration' : 'Goal_Position').address,
    writeBytes,
  }
}
