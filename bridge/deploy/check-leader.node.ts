import { lookAtServos } from '../../robot/bus/drivers/look-at-servos.ts'
import { SerialTransport } from '../../robot/bus/transports/serial-transport.node.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { checkRoles } from './check-roles.ts'
import type { LeaderAtPort } from './leader-at-port.node.ts'

/**
 * Looks at an arm and its leader, each at a serial device, before anything is written to either.
 *
 * @throws as `checkRoles`, and what the bus throws
 */
export async function checkLeader(
  follower: LeaderAtPort,
  leader: LeaderAtPort,
  clock: EventClock,
  signal: AbortSignal,
): Promise<void> {
  const look = async (each: LeaderAtPort) => {
    const { arm, calibration, port } = each
    const transport = new SerialTransport({ path: port, baudBps: arm.bus!.baudBps })
    return { arm, calibration, port, servos: await lookAtServos(arm, transport, clock, signal) }
  }
  checkRoles(await look(follower), await look(leader))
}
