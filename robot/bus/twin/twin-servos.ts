import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ArmDescription } from '../../model/arm.schema.ts'
import { SERVO_PROTOCOLS } from '../protocols/index.ts'
import type { ServoProtocolName } from '../protocols/servo-protocol.ts'
import type { TwinServoOptions } from './emulated-servo.ts'
import type { RegisterValues } from './register-memory.ts'

export interface TwinServosOptions {
  /** Encoder count at joint angle 0, by joint name; 2047 for those left out. */
  readonly encoderZeroTicks?: Readonly<Record<string, number>>
  /** Pause of every servo before an answer [s]. */
  readonly replyPauseS?: number
  /** Register values of every servo, beside those that follow from the arm. */
  readonly registers?: RegisterValues
}

/** The servos of an arm, and how they are talked to. */
export interface TwinServos {
  readonly protocol: ServoProtocolName
  readonly servos: readonly TwinServoOptions[]
}

/** Head room of the voltage limit over the nominal supply. */
const OVER_VOLTAGE = 1.15

/**
 * The servos of an arm as it leaves the assembly bench: ids and baud rate set, everything else as new, what
 * the arm's file wants in the registers is left to the driver. Throws ROBOT_ARM_INVALID for an arm without.
 */
export function twinServosOf(arm: ArmDescription, options: TwinServosOptions = {}): TwinServos {
  const { bus } = arm
  if (bus === undefined) {
    throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no servo bus`, {
      hint: 'the serial twin emulates servo arms; choose so101',
    })
  }
  const { baudRatesBps } = SERVO_PROTOCOLS[bus.protocol]
  const baudCode = baudRatesBps.indexOf(bus.baudBps)
  if (baudCode < 0) {
    throw new CodedError('ROBOT_ARM_INVALID', `servos have no rate of ${bus.baudBps} bit/s`, {
      hint: `rates: ${baudRatesBps.join(', ')}`,
    })
  }
  // One STS model is built for several supplies and leaves the limits to the user.
  const limits =
    bus.protocol === 'feetech'
      ? { Max_Voltage_Limit: Math.ceil(bus.supplyV * OVER_VOLTAGE * 10) }
      : {}
  const servos = arm.joints
    .filter((joint) => joint.servo !== undefined)
    .map(({ name, servo }) => ({
      name,
      id: servo!.id,
      sign: servo!.sign,
      model: servo!.model,
      replyPauseS: options.replyPauseS ?? 0,
      encoderZeroTicks: options.encoderZeroTicks?.[name] ?? 2047,
      registers: { Baud_Rate: baudCode, ...limits, ...options.registers },
    }))
  return { protocol: bus.protocol, servos }
}
