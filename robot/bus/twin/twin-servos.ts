import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ArmDescription } from '../../model/arm.schema.ts'
import { BAUD_RATES_BPS } from '../protocols/feetech/control-table.ts'
import type { RegisterValues } from './servo-registers.ts'
import type { TwinServoOptions } from './twin-servo.ts'

export interface TwinServosOptions {
  /** Encoder count at joint angle 0, by joint name; 2047 for those left out. */
  readonly encoderZeroTicks?: Readonly<Record<string, number>>
  /** Register values of every servo, beside those that follow from the arm. */
  readonly registers?: RegisterValues
}

/** Head room of the voltage limit over the nominal supply. */
const OVER_VOLTAGE = 1.15

/**
 * The servos of an arm as it leaves the assembly bench: ids and baud rate set, everything else as new, what
 * the arm's file wants in the registers is left to the driver.
 */
export function twinServosOf(
  arm: ArmDescription,
  options: TwinServosOptions = {},
): TwinServoOptions[] {
  const { bus } = arm
  if (bus?.protocol !== 'feetech') {
    throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no Feetech servo bus`, {
      hint: 'the serial twin emulates Feetech arms; choose so101',
    })
  }
  const baudCode = BAUD_RATES_BPS.indexOf(bus.baudBps)
  if (baudCode < 0) {
    throw new CodedError('ROBOT_ARM_INVALID', `servos have no rate of ${bus.baudBps} bit/s`, {
      hint: `rates: ${BAUD_RATES_BPS.join(', ')}`,
    })
  }
  return arm.joints
    .filter((joint) => joint.servo !== undefined)
    .map(({ name, servo }) => ({
      name,
      id: servo!.id,
      sign: servo!.sign,
      model: servo!.model,
      encoderZeroTicks: options.encoderZeroTicks?.[name] ?? 2047,
      registers: {
        Baud_Rate: baudCode,
        Max_Voltage_Limit: Math.ceil(bus.supplyV * OVER_VOLTAGE * 10),
        ...options.registers,
      },
    }))
}
