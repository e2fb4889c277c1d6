import { ServoBusDriver } from '../../robot/bus/drivers/servo-bus-driver.ts'
import { SerialTransport } from '../../robot/bus/transports/serial-transport.node.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { EventClock } from '../../robot/model/clock.ts'

/**
 * A computer that stalls for less than this has not lost the arm [s]. Before `safety.jointLostS` stops the arm: the
 * driver can tell which servo it is, and whether this computer listened at all.
 */
const MAX_SILENCE_S = 0.49
/** On a computer that is that slow these are all the reads there are in that time; where nobody is heard each asks twice. */
const MAX_MISSED_READS = 2
/** Reads that come in time for so long say that controller and arm are under way [s]. */
const SETTLE_S = 0.3

/** The driver of an arm at a serial device, not yet open. @param port - serial device */
export function createSerialDriver(
  port: string,
  arm: ArmDescription,
  calibration: ArmCalibration,
  clock: EventClock,
): ServoBusDriver {
  const transport = new SerialTransport({ path: port, baudBps: arm.bus!.baudBps })
  return new ServoBusDriver({
    ...{ arm, calibration, transport, clock },
    maxSilenceS: MAX_SILENCE_S,
    maxMissedReads: MAX_MISSED_READS,
    settleS: SETTLE_S,
  })
}
