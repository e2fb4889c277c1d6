import { readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { SERVO_PROTOCOLS } from '../../robot/bus/protocols/index.ts'
import type { ServoProtocol } from '../../robot/bus/protocols/servo-protocol.ts'

/** Names of the servo protocols, as `--protocol` takes them. */
export const PROTOCOL_NAMES = Object.keys(SERVO_PROTOCOLS)

/** The protocol of a name, or all of them. */
export function protocolsOf(name: string | undefined): ServoProtocol[] {
  return Object.values(SERVO_PROTOCOLS).filter((each) => name === undefined || each.name === name)
}

const BY_ID = '/dev/serial/by-id'

/** The name under which Linux finds the same adapter again at another socket, where there is one. */
export function stablePortName(path: string, folder = BY_ID): string {
  try {
    const device = realpathSync(path)
    const name = readdirSync(folder).find((each) => realpathSync(join(folder, each)) === device)
    return name === undefined ? path : join(folder, name)
  } catch {
    return path
  }
}

/** Whether a port may be an adapter's: the serial ports of a PC's own board are not where arms are. */
export const isAdapter = (path: string): boolean => !/^\/dev\/ttyS\d+$/.test(path)
