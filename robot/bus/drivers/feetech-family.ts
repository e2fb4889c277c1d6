import { findModel } from '../protocols/control-table.ts'
import {
  PHASE_FINE_SPEED,
  PHASE_MULTI_TURN,
  STS_TABLE,
} from '../protocols/feetech/control-table.ts'
import { FEETECH } from '../protocols/feetech/protocol.ts'
import { ERROR_BIT } from '../protocols/feetech/status.ts'
import { decodeRegister, type Register } from '../protocols/register.ts'
import {
  expectValue,
  heldByTorque,
  positionLimits,
  wantedValues,
  writeId,
} from './register-setup.ts'
import type { ServoClient } from './servo-client.ts'
import type { ServoFamily } from './servo-family.ts'

const FIRMWARE_MAJOR = STS_TABLE.find('Firmware_Major_Version')
const FIRMWARE_MINOR = STS_TABLE.find('Firmware_Minor_Version')
const MODEL_NUMBER = STS_TABLE.find('Model_Number')
const TORQUE = STS_TABLE.find('Torque_Enable')
const PHASE = STS_TABLE.find('Phase')
const HOMING_OFFSET = STS_TABLE.find('Homing_Offset')
const LOCK = STS_TABLE.find('Lock')
const ID = STS_TABLE.find('ID')
const BAUD = STS_TABLE.find('Baud_Rate')
const RESPONSE_LEVEL = STS_TABLE.find('Response_Status_Level')
const ANSWERS_ALL = 1
const MIN_POSITION = STS_TABLE.find('Min_Position_Limit')
const MAX_POSITION = STS_TABLE.find('Max_Position_Limit')
const POSITION = STS_TABLE.find('Present_Position')
const VELOCITY = STS_TABLE.find('Present_Velocity')
const LOAD = STS_TABLE.find('Present_Load')
const VOLTAGE = STS_TABLE.find('Present_Voltage')
const TEMPERATURE = STS_TABLE.find('Present_Temperature')
const MAX_TORQUE = STS_TABLE.find('Max_Torque_Limit')
const TORQUE_LIMIT = STS_TABLE.find('Torque_Limit')
/** What a driver looks at, whatever the arm's file wants. */
const USED: readonly Register[] = [
  ...[MODEL_NUMBER, HOMING_OFFSET, PHASE, MIN_POSITION, MAX_POSITION, MAX_TORQUE],
  ...[TORQUE, TORQUE_LIMIT],
]
const IDENTITY: readonly Register[] = [
  ...[FIRMWARE_MAJOR, FIRMWARE_MINOR, MODEL_NUMBER, HOMING_OFFSET],
  ...[POSITION, VOLTAGE, TEMPERATURE],
]
/** The offset has eleven bits and a sign. */
const MOST_OFFSET = 2 ** HOMING_OFFSET.signBit! - 1
/** Stall torque [0.1 %]. */
const MOST_TORQUE = 1000
const FINE_STEPS_PER_S = 1
const COARSE_STEPS_PER_S = 50

/** Where its registers stand; what lies between them, and beyond those that are needed, not every firmware answers. */
const AREAS: readonly (readonly [start: number, end: number])[] = [
  [0, TORQUE.address],
  [TORQUE.address, STS_TABLE.find('Moving_Velocity_Threshold').address],
  [STS_TABLE.find('Moving_Velocity_Threshold').address, STS_TABLE.memoryBytes],
]

/** A servo's memory as far as `registers` need it, 0 elsewhere. */
async function readMemory(
  client: ServoClient,
  id: number,
  registers: readonly Register[],
): Promise<Uint8Array> {
  const memory = new Uint8Array(STS_TABLE.memoryBytes)
  for (const [start, end] of AREAS) {
    const here = registers.filter(({ address }) => address >= start && address < end)
    if (here.length === 0) continue
    const first = Math.min(...here.map(({ address }) => address))
    const last = Math.max(...here.map(({ address, size }) => address + size))
    memory.set(await client.read(id, first, last - first), first)
  }
  return memory
}

/** Feetech STS servos: kept registers are written with the lock open. */
export const FEETECH_FAMILY: ServoFamily = {
  protocol: FEETECH,
  feedback: {
    address: POSITION.address,
    length: TEMPERATURE.address + TEMPERATURE.size - POSITION.address,
    spare: 'after',
  },
  registers: {
    id: ID,
    baud: BAUD,
    torque: TORQUE,
    torqueLimit: TORQUE_LIMIT,
    goal: STS_TABLE.find('Goal_Position'),
    position: POSITION,
    homingOffset: HOMING_OFFSET,
    minPosition: MIN_POSITION,
    maxPosition: MAX_POSITION,
  },

  gripErrors: ERROR_BIT.OVERLOAD,

  /** Reads are answered at any level, so only servos that acknowledge nothing else are written to. */
  async prepare(client, ids) {
    for (const id of ids) {
      if ((await client.readRegister(id, RESPONSE_LEVEL)) >= ANSWERS_ALL) continue
      await client.syncWrite([id], RESPONSE_LEVEL.address, RESPONSE_LEVEL.size, [ANSWERS_ALL])
    }
  },

  async setUp({ client, joint, calibration }) {
    const { id, model } = joint.servo!
    const wanted = wantedValues(joint, STS_TABLE)
    const needed = [...USED, ...wanted.map(([register]) => register)]
    const memory = await readMemory(client, id, needed)
    const modelNumber = findModel(FEETECH.modelNumbers, model, FEETECH.vendor)
    expectValue(joint, MODEL_NUMBER, modelNumber, decodeRegister(MODEL_NUMBER, memory))
    if (calibration.homingOffsetTicks !== undefined) {
      const offset = decodeRegister(HOMING_OFFSET, memory)
      expectValue(joint, HOMING_OFFSET, calibration.homingOffsetTicks, offset)
    }
    if (!wanted.some(([register]) => register === PHASE)) {
      wanted.push([PHASE, decodeRegister(PHASE, memory) & ~PHASE_MULTI_TURN])
    }
    const [min, max] = [MIN_POSITION, MAX_POSITION].map((each) => decodeRegister(each, memory))
    const found = { min: min!, max: max! }
    wanted.push(...positionLimits(FEETECH_FAMILY.registers, calibration, found))
    const changed = wanted.filter(([register, value]) => decodeRegister(register, memory) !== value)
    const kept = changed.find(([{ address }]) => STS_TABLE.isKept(address))
    // One that turned as a wheel would run to an old goal.
    if (kept !== undefined && decodeRegister(TORQUE, memory) !== 0) throw heldByTorque(joint, kept)
    if (kept) await client.writeRegister(id, LOCK, 0)
    for (const [register, value] of changed) await client.writeRegister(id, register, value)
    if (kept) await client.writeRegister(id, LOCK, 1)
    const after = await readMemory(client, id, needed)
    for (const [register, value] of wanted) {
      expectValue(joint, register, value, decodeRegister(register, after))
    }
    const isFine = (decodeRegister(PHASE, after) & PHASE_FINE_SPEED) !== 0
    return {
      stepsPerSPerCount: isFine ? FINE_STEPS_PER_S : COARSE_STEPS_PER_S,
      turnSteps: 0,
      // A limit of 0 would be a servo that never moves: one that was not filled in.
      maxTorque: decodeRegister(MAX_TORQUE, after) || MOST_TORQUE,
      torqueLimit: decodeRegister(TORQUE_LIMIT, after),
    }
  },

  decodeFeedback(bytes, facts, out) {
    const start = POSITION.address
    out.positionSteps = decodeRegister(POSITION, bytes, start)
    out.speedStepsPerS = decodeRegister(VELOCITY, bytes, start) * facts.stepsPerSPerCount
    // The register is positive while the servo pushes towards fewer steps.
    out.load = -decodeRegister(LOAD, bytes, start) / 1000
    out.voltageV = decodeRegister(VOLTAGE, bytes, start) / 10
    out.temperatureC = decodeRegister(TEMPERATURE, bytes, start)
  },

  async writeKept(client, id, values) {
    await client.writeRegister(id, LOCK, 0)
    let answersTo = id
    for (const [register, value] of values) {
      if (register === ID) {
        await writeId(client, answersTo, register, value)
        answersTo = value
      } else {
        await client.writeRegister(answersTo, register, value)
      }
      // From now on it hears another rate.
      if (register === BAUD) return
    }
    await client.writeRegister(answersTo, LOCK, 1)
  },

  homingValues: [],

  homingOffset: (steps, wanted) => Math.max(-MOST_OFFSET, Math.min(MOST_OFFSET, steps - wanted)),

  async identify(client, id) {
    const memory = await readMemory(client, id, IDENTITY)
    const get = (register: Register): number => decodeRegister(register, memory)
    return {
      modelNumber: get(MODEL_NUMBER),
      firmware: `${get(FIRMWARE_MAJOR)}.${get(FIRMWARE_MINOR)}`,
      positionTicks: get(POSITION),
      homingOffsetTicks: get(HOMING_OFFSET),
      voltageV: get(VOLTAGE) / 10,
      temperatureC: get(TEMPERATURE),
    }
  },
}
