import type { ServoProtocolName } from '../protocols/servo-protocol.ts'
import { DYNAMIXEL_FAMILY } from './dynamixel-family.ts'
import { FEETECH_FAMILY } from './feetech-family.ts'
import type { ServoFamily } from './servo-family.ts'

/** By the name that arm files use. */
export const SERVO_FAMILIES: Readonly<Record<ServoProtocolName, ServoFamily>> = {
  feetech: FEETECH_FAMILY,
  dynamixel: DYNAMIXEL_FAMILY,
}
