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
export function stablePortName(path: string): string {
  try {
    const device = realpathSync(path)
    const name = readdirSync(BY_ID).find((each) => realpathSync(join(BY_ID, each)) === device)
    return name === undefined ? path : join(BY_ID, name)
  } catch {
    return path
  }
}
