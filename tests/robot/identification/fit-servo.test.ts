import { describe, expect, it } from 'vitest'
import { fitServo } from '../../../robot/identification/fit-servo.ts'
import type { ServoLog } from '../../../robot/identification/servo-log.ts'
import { SERVO_MODELS } from '../../../robot/identification/servo-models.ts'
import {
  createServoObjective,
  FINE,
  servoErrors,
} from '../../../robot/identification/servo-objective.ts'
import type {
  ServoParameterName,
  ServoParameters,
} from '../../../robot/identification/servo-parameters.ts'
import {
  deviationsOf,
  type ServoPriors,
  valueAt,
} from '../../../robot/identification/servo-prior.ts'
import { createRollout } from '../../../robot/identification/servo-rollout.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { firmware, simulated, syntheticLog } from './synthetic-log.ts'

/** One step of a 12-bit encoder. */
const STEP_RAD = (2 * Math.PI) / 4096

/** A log as a servo with these parameters would have made it, its encoder's steps and jitter included. */
function recorded(
  parameters: Partial<ServoParameters>,
  gain: number,
  goal: (timeS: number) => number,
  seed: number,
): ServoLog {
  const log = syntheticLog({ goal, gain, durationS: 6 })
  const { trace } = simulated(log, parameters)
  const random = new RandomStream(seed)
  const { supplyOhm = 0 } = parameters
  log.timeS.forEach((_, i) => {
    const k = Math.min(i, trace.positionRad.length - 1)
    const noisy = trace.positionRad[k]! + 0.5 * STEP_RAD * random.normal()
    log.positionRad[i] = STEP_RAD * Math.round(noisy / STEP_RAD)
    const volts = 10 - supplyOhm * trace.supplyCurrentA[k]! + 0.3 * random.normal()
    log.voltageV[i] = Math.round(10 * volts) / 10
  })
  return log
}

const wave = (t: number) => Math.sin(t) * 1.57 + 0.5 * Math.sin(5 * t) * Math.sin(2 * t)
const chirp = (t: number) => Math.sin(t * t)
const lift = (t: number) => 1.57 * Math.min(1, t / 3) ** 2 * (3 - 2 * Math.min(1, t / 3))

const truth = {
  torqueConstantNmPerA: 0.45,
  resistanceOhm: 4.4,
  armatureKgM2: 0.0025,
  viscousNmSPerRad: 0.006,
  coulombNm: 0.012,
  loadFriction: 0.1,
  loadStribeck: 0.08,
  stribeckSpeedRadPerS: 0.4,
  lineOhm: 1.5,
  supplyOhm: 0.3,
  zeroOffsetRad: 0.02,
  commandDelayS: 0.006,
}
const priors: ServoPriors = {
  torqueConstantNmPerA: { around: 0.4, factor: 1.2 },
  resistanceOhm: { around: 3.7, factor: 1.3 },
  armatureKgM2: { around: 0.0018, factor: 1.5 },
  viscousNmSPerRad: { around: 0.004, factor: 2.5 },
  coulombNm: { around: 0.008, factor: 2.5 },
  loadFriction: { around: 0.12, factor: 1.8 },
  loadStribeck: { around: 0.1, factor: 1.8 },
  stribeckSpeedRadPerS: { around: 0.3, factor: 2 },
  lineOhm: { around: 1, factor: 2.5 },
  supplyOhm: { around: 0.15, factor: 2 },
  zeroOffsetRad: { around: 0, spread: 0.015 },
  commandDelayS: { around: 0, spread: 0.005 },
}

describe('a prior', () => {
  it('is measured in its own standard deviations', () => {
    expect(valueAt({ around: 2, factor: 3 }, 2)).toBeCloseTo(18, 12)
    expect(valueAt({ around: 2, spread: 3 }, -2)).toBe(-4)
    expect(deviationsOf({ around: 2, factor: 3 }, 18)).toBeCloseTo(2, 12)
    expect(deviationsOf({ around: 2, spread: 3 }, -4)).toBe(-2)
  })
})

describe('a fit', () => {
  const gains = [100, 200]
  const logs = gains.flatMap((gain, g) =>
    [wave, chirp, lift].map((goal, i) => recorded(truth, gain, goal, 10 * g + i)),
  )
  const rollouts = logs.map((log) => createRollout(log, firmware))
  const names = SERVO_MODELS.supply.filter((name): name is ServoParameterName => name in priors)
  const options = { seed: 1, restart: 0, maxEvaluations: 2500 }
  const problem = { rollouts, names, priors, known: {} }
  const fit = fitServo(problem, options)

  it('finds what is more likely than what made the logs, by priors that pull away from it', () => {
    const made = Float64Array.from(names, (name) =>
      deviationsOf(priors[name]!, truth[name as keyof typeof truth]),
    )
    expect(fit.cost).toBeLessThan(createServoObjective(problem, FINE)(made))
  })

  it('finds again what made the logs, nearly to their noise', () => {
    for (const error of fit.errorsRad) expect(error).toBeLessThan(0.006)
    expect(fit.parameters.zeroOffsetRad).toBeCloseTo(0.02, 2)
    expect(fit.parameters.commandDelayS).toBeCloseTo(0.006, 2)
    expect(fit.parameters.armatureKgM2 / truth.armatureKgM2).toBeCloseTo(1, 0)
    const stall = (p: Partial<ServoParameters>) =>
      (10 * p.torqueConstantNmPerA!) / (p.resistanceOhm! + p.lineOhm! + p.supplyOhm!)
    expect(stall(fit.parameters) / stall(truth)).toBeCloseTo(1, 1)
  })

  it('foretells the servo in saturation, at a gain that it never saw, with a limit near its stall', () => {
    // 10 V over 6.2 Ω are 1.6 A: the limit cuts what the fit has not seen.
    const limited = { ...truth, currentLimitA: 1.45 }
    const others = [wave, lift].map((goal, i) => recorded(limited, 800, goal, 50 + i))
    const unseen = others.map((log) => createRollout(log, firmware))
    for (const error of servoErrors(unseen, fit.parameters)) expect(error).toBeLessThan(0.03)
  })

  it('repeats itself from the same seed', () => {
    const few = { ...options, maxEvaluations: 60 }
    const problem = { rollouts: rollouts.slice(0, 2), names, priors, known: {} }
    expect(fitServo(problem, few)).toEqual(fitServo(problem, few))
  })

  it('keeps to the priors where the logs say nothing', () => {
    const still = [createRollout(syntheticLog({ goal: () => 0.01, durationS: 1 }), firmware)]
    const heat: ServoParameterName[] = ['heatCapacityJPerK', 'thermalResistanceKPerW']
    const found = fitServo(
      {
        rollouts: still,
        names: heat,
        priors: {
          heatCapacityJPerK: { around: 1, factor: 2 },
          thermalResistanceKPerW: { around: 12, factor: 1.5 },
        },
        known: truth,
      },
      options,
    )
    expect(found.parameters.heatCapacityJPerK).toBeCloseTo(1, 1)
    expect(found.parameters.thermalResistanceKPerW).toBeCloseTo(12, 0)
  })
})
