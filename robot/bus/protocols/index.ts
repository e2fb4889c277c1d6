import { DYNAMIXEL } from './dynamixel/protocol.ts'
import { FEETECH } from './feetech/protocol.ts'
import type { ServoProtocol, ServoProtocolName } from './servo-protocol.ts'

/** By the name that arm files use. */
export const SERVO_PROTOCOLS: Readonly<Record<ServoProtocolName, ServoProtocol>> = {
  feetech: FEETECH,
  dynamixel: DYNAMIXEL,
}
