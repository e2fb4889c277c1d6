import type { ServoProtocolName } from '../protocols/servo-protocol.ts'
import { DynamixelEmulation } from './dynamixel/dynamixel-emulation.ts'
import type { TwinServoOptions } from './emulated-servo.ts'
import type { ServoEmulation } from './emulation.ts'
import { FeetechEmulation } from './feetech/feetech-emulation.ts'

type CreateEmulation = (servos: readonly TwinServoOptions[]) => ServoEmulation

/** By the name that arm files use. */
export const EMULATIONS: Readonly<Record<ServoProtocolName, CreateEmulation>> = {
  feetech: (servos) => new FeetechEmulation(servos),
  dynamixel: (servos) => new DynamixelEmulation(servos),
}
