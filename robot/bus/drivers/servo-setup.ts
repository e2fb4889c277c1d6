import { CodedError } from '../../../configs/load/coded-error.ts'
import type { JointCalibration } from '../../calibration/calibration.schema.ts'
import type { JointDescription } from '../../model/arm.schema.ts'
import {
  EEPROM_END,
  findRegister,
  modelNumber,
  PHASE_FINE_SPEED,
  PHASE_MULTI_TURN,
  type Register,
  STS_MEMORY_BYTES,
} from '../protocols/feetech/control-table.ts'
import { decodeRegister, encodeRegister } from '../protocols/feetech/register-values.ts'
import type { FeetechClient } from './feetech-client.ts'

const MODEL_NUMBER = findRegister('Model_Number')
const PHASE = findRegister('Phase')
const HOMING_OFFSET = findRegister('Homing_Offset')
const LOCK = findRegister('Lock')
const MAX_TORQUE = findRegister('Max_Torque_Limit')
const TORQUE_LIMIT = findRegister('Torque_Limit')
const MOST_TORQUE = 1000
const FINE_STEPS_PER_S = 1
const COARSE_STEPS_PER_S = 50

/** What a driver needs to know of a servo that it has set up. */
export interface ServoFacts {
  /** Steps per second that one count of its speed registers means. */
  readonly speedUnit: number
  /** Its full torque, the limit after power-on, and the present limit [0.1 % of stall torque]. */
  readonly maxTorque: number
  readonly torqueLimit: number
}

export interface ServoSetupOptions {
  readonly client: FeetechClient
  readonly joint: JointDescription
  readonly calibration: JointCalibration
}

/**
 * Checks that the servo of a joint is the one that the arm's file describes, brings its registers to the
 * values wanted there (the EEPROM only where they differ), and reads them back. Torque stays as it is.
 *
 * @throws ROBOT_SERVO_MISMATCH, ROBOT_SERVO_SILENT, ROBOT_SERVO_FAULT
 */
export async function setUpServo(options: ServoSetupOptions): Promise<ServoFacts> {
  const { client, joint, calibration } = options
  const { id, model, registers } = joint.servo!
  const memory = await client.read(id, 0, STS_MEMORY_BYTES)
  expect(joint, MODEL_NUMBER, modelNumber(model), decodeRegister(MODEL_NUMBER, memory))
  if (calibration.homingOffsetTicks !== undefined) {
    const offset = decodeRegister(HOMING_OFFSET, memory)
    expect(joint, HOMING_OFFSET, calibration.homingOffsetTicks, offset)
  }
  const phase = decodeRegister(PHASE, memory)
  const wanted: [Register, number][] = Object.entries(registers).map(([name, value]) => [
    findRegister(name),
    value,
  ])
  if (!wanted.some(([register]) => register === PHASE)) {
    wanted.push([PHASE, phase & ~PHASE_MULTI_TURN])
  }
  await writeChanged(client, id, wanted, memory)
  const after = await client.read(id, 0, STS_MEMORY_BYTES)
  for (const [register, value] of wanted) {
    expect(joint, register, value, decodeRegister(register, after))
  }
  const isFine = (decodeRegister(PHASE, after) & PHASE_FINE_SPEED) !== 0
  return {
    speedUnit: isFine ? FINE_STEPS_PER_S : COARSE_STEPS_PER_S,
    // A limit of 0 would be a servo that never moves: one that was not filled in.
    maxTorque: decodeRegister(MAX_TORQUE, after) || MOST_TORQUE,
    torqueLimit: decodeRegister(TORQUE_LIMIT, after),
  }
}

async function writeChanged(
  client: FeetechClient,
  id: number,
  wanted: readonly (readonly [Register, number])[],
  memory: Uint8Array,
): Promise<void> {
  const changed = wanted.filter(([register, value]) => decodeRegister(register, memory) !== value)
  if (changed.length === 0) return
  const isKept = changed.some(([{ address }]) => address < EEPROM_END || address >= 80)
  if (isKept) await client.write(id, LOCK.address, [0])
  for (const [register, value] of changed) {
    await client.write(id, register.address, encodeRegister(register, value))
  }
  if (isKept) await client.write(id, LOCK.address, [1])
}

function expect(joint: JointDescription, register: Register, wanted: number, found: number): void {
  if (wanted === found) return
  throw new CodedError(
    'ROBOT_SERVO_MISMATCH',
    `servo ${joint.servo!.id} (${joint.name}) has ${found} in ${register.name}, wanted ${wanted}`,
    {
      hint:
        register === HOMING_OFFSET
          ? 'the calibration file is for another arm or an older homing: run sim2arm calibrate'
          : 'check the arm file against the servo, and its supply voltage variant',
      details: { joint: joint.name, register: register.name, wanted, found },
    },
  )
}
