import type { JointDescription } from '../../model/arm.schema.ts'
import {
  DRIVE_MODE,
  FULL_PWM,
  modelOf,
  OPERATING_MODE,
  VELOCITY_UNIT_RPM,
  VOLTAGE_UNIT_V,
} from '../protocols/dynamixel/control-table.ts'
import { DYNAMIXEL } from '../protocols/dynamixel/protocol.ts'
import { STEPS_PER_TURN } from '../protocols/encoder.ts'
import { decodeRegister, type Register } from '../protocols/register.ts'
import {
  expectRegister,
  expectValue,
  heldByTorque,
  positionLimits,
  type WantedValue,
  wantedValues,
  writeId,
} from './register-setup.ts'
import type { ServoClient } from './servo-client.ts'
import type { ServoFamily, ServoSetup } from './servo-family.ts'

/** What is named here all X models have at the same place. */
const TABLE = modelOf('xl330-m288').table
const MODEL_NUMBER = TABLE.find('Model_Number')
const FIRMWARE = TABLE.find('Firmware_Version')
const ID = TABLE.find('ID')
const DRIVE = TABLE.find('Drive_Mode')
const HOMING_OFFSET = TABLE.find('Homing_Offset')
const TORQUE = TABLE.find('Torque_Enable')
const RETURN_LEVEL = TABLE.find('Status_Return_Level')
const WATCHDOG = TABLE.find('Bus_Watchdog')
/** Limits the duty, and with it the torque, in every mode that drives to a position. */
const PWM_LIMIT = TABLE.find('PWM_Limit')
const GOAL_PWM = TABLE.find('Goal_PWM')
const PWM = TABLE.find('Present_PWM')
const VELOCITY = TABLE.find('Present_Velocity')
const POSITION = TABLE.find('Present_Position')
const MIN_POSITION = TABLE.find('Min_Position_Limit')
const MAX_POSITION = TABLE.find('Max_Position_Limit')
const VOLTAGE = TABLE.find('Present_Input_Voltage')
const TEMPERATURE = TABLE.find('Present_Temperature')
const ANSWERS_ALL = 2
const STEPS_PER_S_PER_COUNT = (VELOCITY_UNIT_RPM / 60) * STEPS_PER_TURN

/** Dynamixel X servos: kept registers are locked while torque is on. */
export const DYNAMIXEL_FAMILY: ServoFamily = {
  protocol: DYNAMIXEL,
  // From the duty on; before it stand 16 bytes of profile, goal and clock.
  feedback: {
    address: PWM.address,
    length: TEMPERATURE.address + TEMPERATURE.size - PWM.address,
    spare: 'before',
  },
  registers: {
    id: ID,
    baud: TABLE.find('Baud_Rate'),
    torque: TORQUE,
    torqueLimit: GOAL_PWM,
    goal: TABLE.find('Goal_Position'),
    position: POSITION,
    homingOffset: HOMING_OFFSET,
    minPosition: MIN_POSITION,
    maxPosition: MAX_POSITION,
  },

  // An overload switches the torque off.
  gripErrors: 0,

  /** Nobody answers a SYNC_WRITE, so it also reaches servos that acknowledge nothing. */
  prepare: (client, ids) =>
    client.syncWrite(
      ids,
      RETURN_LEVEL.address,
      RETURN_LEVEL.size,
      ids.map(() => ANSWERS_ALL),
    ),

  async setUp(setup) {
    const { client, joint, calibration } = setup
    const { id, model } = joint.servo!
    const { number, table } = modelOf(model)
    await expectRegister(client, joint, MODEL_NUMBER, number)
    await expectCalibrated(setup)
    const wanted = wantedValues(joint, table)
    // A watchdog left tripped would refuse every goal.
    if (!wanted.some(([{ name }]) => name === WATCHDOG.name)) wanted.push([WATCHDOG, 0])
    wanted.push(...(await wantedLimits(setup)))
    await writeChanged(client, joint, wanted)
    for (const [register, value] of wanted) {
      await expectRegister(client, joint, register, value)
    }
    const position = await client.readRegister(id, POSITION)
    const middle = (calibration.minTicks + calibration.maxTicks) / 2
    const turns = Math.round((position - middle) / STEPS_PER_TURN)
    return {
      stepsPerSPerCount: STEPS_PER_S_PER_COUNT,
      turnSteps: turns * STEPS_PER_TURN,
      maxTorque: await client.readRegister(id, PWM_LIMIT),
      torqueLimit: await client.readRegister(id, GOAL_PWM),
      ...(hasLimits(joint) && { goalRange: await readLimits(client, id) }),
    }
  },

  decodeFeedback(bytes, facts, out) {
    const start = PWM.address
    out.positionSteps = decodeRegister(POSITION, bytes, start) - facts.turnSteps
    out.speedStepsPerS = decodeRegister(VELOCITY, bytes, start) * facts.stepsPerSPerCount
    out.load = decodeRegister(PWM, bytes, start) / FULL_PWM
    out.voltageV = decodeRegister(VOLTAGE, bytes, start) * VOLTAGE_UNIT_V
    out.temperatureC = decodeRegister(TEMPERATURE, bytes, start)
  },

  async writeKept(client, id, values) {
    let answersTo = id
    for (const [register, value] of values) {
      if (register === ID) {
        await writeId(client, answersTo, register, value)
        answersTo = value
      } else {
        await client.writeRegister(answersTo, register, value)
      }
    }
  },

  // In position mode only small offsets count, so LeRobot homes in extended position mode.
  homingValues: [
    [TABLE.find('Operating_Mode'), OPERATING_MODE.EXTENDED_POSITION],
    [DRIVE, 0],
  ],

  homingOffset: (steps, wanted) => wanted - steps,

  async identify(client, id) {
    const read = (register: Register) => client.readRegister(id, register)
    return {
      modelNumber: await read(MODEL_NUMBER),
      firmware: String(await read(FIRMWARE)),
      positionTicks: await read(POSITION),
      homingOffsetTicks: await read(HOMING_OFFSET),
      voltageV: (await read(VOLTAGE)) * VOLTAGE_UNIT_V,
      temperatureC: await read(TEMPERATURE),
    }
  },
}

/** LeRobot's file tells offset and direction of the servo; another servo's would read other angles. */
async function expectCalibrated({ client, joint, calibration }: ServoSetup): Promise<void> {
  const { id } = joint.servo!
  const { homingOffsetTicks, driveMode } = calibration
  if (homingOffsetTicks !== undefined) {
    const offset = await client.readRegister(id, HOMING_OFFSET)
    expectValue(joint, HOMING_OFFSET, homingOffsetTicks, offset)
  }
  if (driveMode !== undefined) {
    const found = await client.readRegister(id, DRIVE)
    expectValue(joint, DRIVE, driveMode & DRIVE_MODE.REVERSE, found & DRIVE_MODE.REVERSE)
  }
}

async function wantedLimits({ client, joint, calibration }: ServoSetup): Promise<WantedValue[]> {
  if (!hasLimits(joint)) return []
  const found = await readLimits(client, joint.servo!.id)
  return positionLimits(DYNAMIXEL_FAMILY.registers, calibration, found)
}

/** In the other modes a servo has no position limits. */
function hasLimits({ servo }: JointDescription): boolean {
  return servo!.registers['OPERATING_MODE'] === OPERATING_MODE.POSITION
}

async function readLimits(client: ServoClient, id: number): Promise<{ min: number; max: number }> {
  const min = await client.readRegister(id, MIN_POSITION)
  const max = await client.readRegister(id, MAX_POSITION)
  return { min, max }
}

async function writeChanged(
  client: ServoClient,
  joint: JointDescription,
  wanted: readonly WantedValue[],
): Promise<void> {
  const { id } = joint.servo!
  for (const [register, value] of wanted) {
    // One after the other: a new operating mode resets gains that stood right before.
    if ((await client.readRegister(id, register)) === value) continue
    if (TABLE.isKept(register.address) && (await client.readRegister(id, TORQUE)) !== 0) {
      throw heldByTorque(joint, [register, value])
    }
    await client.writeRegister(id, register, value)
  }
}
