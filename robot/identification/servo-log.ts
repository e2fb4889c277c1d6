import { CodedError } from '../../configs/load/coded-error.ts'
import { checkConfig } from '../../configs/load/parse-config.ts'
import { servoLogSchema } from './servo-log.schema.ts'

/** What a log tells about one servo moving one pendulum; arrays [numSamples], SI units. */
export interface ServoLog {
  readonly name: string
  readonly servo: string
  readonly trajectory: string
  readonly pendulum: Pendulum
  /** P gain as the register has it. */
  readonly gain: number
  /** What the supply is set to [V]. */
  readonly supplyV: number
  /** Since the log began. */
  readonly timeS: Float64Array
  readonly goalRad: Float64Array
  readonly positionRad: Float64Array
  readonly speedRadPerS: Float64Array
  /** 1 where torque is on. */
  readonly isOn: Uint8Array
  /** At the servo's plug; NaN where the log has none. */
  readonly voltageV: Float64Array
  /** Of the servo's own sensor; NaN where the log has none. */
  readonly temperatureC: Float64Array
  /** Register of the duty, with its sign; NaN where the log has none. */
  readonly dutyTicks: Float64Array
}

/** A weight on a bar that hangs straight down at zero. */
export interface Pendulum {
  readonly massKg: number
  readonly lengthM: number
  /** Of the bar, spread evenly. */
  readonly barMassKg: number
}

const FEWEST_SAMPLES = 20
const LONGEST_GAP_S = 0.25
const HINT = 'see docs/recordings.md, Identify a servo, for what a log must hold'

/**
 * A servo log out of its JSON text. Throws CONFIG_INVALID: a key missing, or not what it must be; ROBOT_LOG_INVALID:
 * no JSON, too short, time that does not run forward, a gap, a servo that never moved.
 *
 * @param name - of the log, for messages and tables
 */
export function parseServoLog(text: string, name: string): ServoLog {
  const file = checkConfig(parseJson(text, name), servoLogSchema, name, HINT)
  const { entries } = file
  if (entries.length < FEWEST_SAMPLES) {
    throw invalid(name, `expected at least ${FEWEST_SAMPLES} entries, found ${entries.length}`)
  }
  const column = (of: (entry: (typeof entries)[number]) => number | undefined) =>
    Float64Array.from(entries, (entry) => of(entry) ?? Number.NaN)
  const positionRad = column((entry) => entry.position)
  const stampS = column((entry) => entry.timestamp)
  checkTimes(stampS, name)
  if (positionRad.every((position) => position === positionRad[0])) {
    throw invalid(name, 'the servo never moved')
  }
  return {
    name,
    servo: file.motor,
    trajectory: file.trajectory,
    pendulum: { massKg: file.mass, lengthM: file.length, barMassKg: file.arm_mass },
    gain: file.kp,
    supplyV: file.vin,
    timeS: sinceBeginning(stampS),
    goalRad: column((entry) => entry.goal_position),
    positionRad,
    speedRadPerS: column((entry) => entry.speed ?? 0),
    isOn: Uint8Array.from(entries, (entry) => (entry.torque_enable ? 1 : 0)),
    voltageV: column((entry) => entry.input_volts),
    temperatureC: column((entry) => entry.temp),
    dutyTicks: column((entry) => (entry.load === undefined ? undefined : signed(entry.load))),
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const hint = 'was the file cut short, or is it of another kind?'
    throw new CodedError('ROBOT_LOG_INVALID', `${name} is no JSON`, { hint, cause })
  }
}

function checkTimes(stampS: Float64Array, name: string): void {
  for (let i = 1; i < stampS.length; i++) {
    const step = stampS[i]! - stampS[i - 1]!
    if (step <= 0) throw invalid(name, `time does not run forward at entry ${i} (${stampS[i]} s)`)
    if (step > LONGEST_GAP_S) {
      throw invalid(name, `expected no gap above ${LONGEST_GAP_S} s, found ${step} s at entry ${i}`)
    }
  }
}

/** A log begins where its clock does, if that is no more than a step before its first entry; else with that entry. */
function sinceBeginning(stampS: Float64Array): Float64Array {
  const firstS = stampS[0]!
  const stepS = stampS[1]! - firstS
  return firstS >= 0 && firstS <= stepS ? stampS : stampS.map((each) => each - firstS)
}

/** Two's complement of a 16-bit register that was read without its sign. */
const signed = (register: number): number => (register > 0x7fff ? register - 0x10000 : register)

const invalid = (name: string, reason: string): CodedError =>
  new CodedError('ROBOT_LOG_INVALID', `${name}: ${reason}`, { hint: HINT })
