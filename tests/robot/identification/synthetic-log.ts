import type { ServoLog } from '../../../robot/identification/servo-log.ts'
import {
  SERVO_PARAMETERS,
  type ServoParameters,
} from '../../../robot/identification/servo-parameters.ts'
import {
  createRollout,
  type ServoFirmware,
  type ServoRollout,
} from '../../../robot/identification/servo-rollout.ts'
import {
  createTrace,
  type ServoTrace,
  simulateServo,
} from '../../../robot/identification/simulate-servo.ts'

export const firmware: ServoFirmware = { dutyPerRad: 0.01, maxDuty: 1 }

export interface LogOptions {
  readonly durationS?: number
  readonly goal: (timeS: number) => number
  readonly isOn?: (timeS: number) => boolean
  readonly gain?: number
  readonly massKg?: number
  readonly lengthM?: number
  readonly positionRad?: number
  readonly stepS?: number
}

/** A log of commands at 10 V and 25 °C; of its measurements only the first counts. */
export function syntheticLog(options: LogOptions): ServoLog {
  const { goal, durationS = 2, stepS = 0.005, positionRad = 0 } = options
  const numSamples = Math.round(durationS / stepS) + 1
  const timeS = Float64Array.from({ length: numSamples }, (_, i) => i * stepS)
  const full = (value: number) => new Float64Array(numSamples).fill(value)
  return {
    name: 'synthetic',
    servo: 'synthetic',
    trajectory: 'synthetic',
    pendulum: { massKg: options.massKg ?? 0.5, lengthM: options.lengthM ?? 0.1, barMassKg: 0 },
    gain: options.gain ?? 100,
    supplyV: 10,
    timeS,
    goalRad: timeS.map(goal),
    positionRad: full(positionRad),
    speedRadPerS: full(0),
    isOn: Uint8Array.from(timeS, (t) => (options.isOn?.(t) === false ? 0 : 1)),
    voltageV: full(10),
    temperatureC: full(25),
    dutyTicks: full(Number.NaN),
  }
}

export interface Simulated {
  readonly rollout: ServoRollout
  readonly trace: ServoTrace
}

export function simulated(
  log: ServoLog,
  parameters: Partial<ServoParameters>,
  law: ServoFirmware = firmware,
): Simulated {
  const rollout = createRollout(log, law)
  const trace = createTrace(rollout.positionRad.length)
  simulateServo(rollout, { ...SERVO_PARAMETERS, ...parameters }, trace)
  return { rollout, trace }
}
