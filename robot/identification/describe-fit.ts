import { mean, type ServoCandidate } from './choose-servo-model.ts'
import type { ServoDescription, ServoFitted } from './servo.schema.ts'
import { servoIntervals } from './servo-intervals.ts'
import { SERVO_PARAMETERS, type ServoParameters } from './servo-parameters.ts'

const DIGITS = 5

/** A fit as a servo's file keeps it; numbers to five digits. */
export function describeFit(candidate: ServoCandidate): ServoFitted {
  const { model, fit, logOut, gainOut, problem } = candidate
  const intervals = Object.entries(servoIntervals(candidate)).map(
    ([name, { value, low, high }]) => [
      name,
      { value: rounded(value), low: rounded(low), high: rounded(high) },
    ],
  )
  return {
    model,
    parameters: Object.fromEntries(intervals) as ServoFitted['parameters'],
    trainMaeRad: rounded(mean(fit.errorsRad)),
    logOutMaeRad: rounded(mean(logOut.errorsRad)),
    ...(gainOut !== undefined && { gainOutMaeRad: rounded(mean(gainOut.errorsRad)) }),
    logs: problem.rollouts.map(({ log }) => log.name),
  }
}

/** Every parameter of a servo that has been fitted; what the fit leaves out is known, or without effect. */
export function fittedParameters(servo: ServoDescription, fit: ServoFitted): ServoParameters {
  const values = Object.entries(fit.parameters).map(([name, { value }]) => [name, value])
  return { ...SERVO_PARAMETERS, ...servo.known, ...Object.fromEntries(values) }
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS))
