import { describe, expect, it } from 'vitest'
import {
  chooseCandidate,
  type ServoCandidate,
  searchAgain,
} from '../../../robot/identification/choose-servo-model.ts'
import { describeFit, fittedParameters } from '../../../robot/identification/describe-fit.ts'
import type { ServoDescription } from '../../../robot/identification/servo.schema.ts'
import { servoIntervals } from '../../../robot/identification/servo-intervals.ts'
import { SERVO_PARAMETERS } from '../../../robot/identification/servo-parameters.ts'

function candidate(
  model: ServoCandidate['model'],
  logErrors: number[],
  gainErrors?: number[],
): ServoCandidate {
  const fitAt = (deviation: number, cost = 0) => ({
    parameters: SERVO_PARAMETERS,
    deviations: Float64Array.of(deviation),
    cost,
    errorsRad: logErrors,
  })
  return {
    model,
    problem: {
      rollouts: [],
      names: ['coulombNm'],
      priors: { coulombNm: { around: 0.1, factor: Math.E } },
      known: {},
    },
    fit: fitAt(1),
    searches: [fitAt(1), fitAt(1.2, 1), fitAt(4, 5)],
    logOut: { errorsRad: logErrors, fits: [fitAt(0.9), fitAt(1.1), fitAt(1)] },
    gainOut: gainErrors === undefined ? undefined : { errorsRad: gainErrors, fits: [] },
  }
}

describe('the choice of a model', () => {
  it('takes the simplest within one standard error of the best, log by log', () => {
    // Against the best: 0.001, -0.0006, 0.0005, 0, 0: mean 0.00018, standard error 0.00027.
    const simple = candidate('coulomb', [0.011, 0.0194, 0.0305, 0.04, 0.05])
    const best = candidate('supply', [0.01, 0.02, 0.03, 0.04, 0.05])
    expect(chooseCandidate([simple, best])).toBe(simple)
    // All a little worse: mean 0.001, standard error 0.
    const worse = candidate('coulomb', [0.011, 0.021, 0.031, 0.041, 0.051])
    expect(chooseCandidate([worse, best])).toBe(best)
  })

  it('takes the best where there are too few logs to know their scatter', () => {
    const simple = candidate('coulomb', [0.011, 0.0194, 0.0305])
    const best = candidate('supply', [0.01, 0.02, 0.03])
    expect(chooseCandidate([simple, best])).toBe(best)
  })

  it('goes by gain where there are several', () => {
    const fine = candidate('coulomb', [0.01, 0.01], [0.05, 0.05])
    const far = candidate('supply', [0.02, 0.02], [0.02, 0.02])
    expect(chooseCandidate([fine, far])).toBe(far)
  })
})

describe('a candidate that is searched again', () => {
  const one = { ...candidate('coulomb', [0.01]), searches: [candidate('coulomb', [0.01]).fit] }
  const search = (costs: readonly number[]) => ({
    seed: 1,
    maxEvaluations: 10,
    fit: async (_: unknown, { restart }: { readonly restart: number }) => ({
      ...one.fit,
      cost: costs[restart]!,
    }),
  })

  it('has the best of all searches, each from its own place, and keeps them', async () => {
    const { fit, searches } = await searchAgain(one, 2, search([Number.NaN, 3, -2]))
    expect(searches.map(({ cost }) => cost)).toEqual([0, 3, -2])
    expect(fit.cost).toBe(-2)
  })

  it('stays with the first where none ends better', async () => {
    expect((await searchAgain(one, 1, search([Number.NaN, 3]))).fit).toBe(one.searches[0])
  })
})

describe('an interval', () => {
  it('is the jackknife over logs, and as wide as the restarts that end equally well', () => {
    // Deviations 0.9, 1.1, 1: jackknife variance 2/3 · 0.02, half width 1.96 · 0.115 = 0.226.
    const { coulombNm } = servoIntervals(candidate('coulomb', [0.01, 0.01, 0.01]))
    expect(coulombNm!.value).toBeCloseTo(0.1 * Math.E, 9)
    expect(coulombNm!.low).toBeCloseTo(0.1 * Math.exp(1 - 0.2263), 4)
    expect(coulombNm!.high).toBeCloseTo(0.1 * Math.exp(1 + 0.2263), 4)
  })

  it('of a single log is what was known before it', () => {
    const { logOut, ...alone } = candidate('coulomb', [0.01])
    const { coulombNm } = servoIntervals({
      ...{ ...alone, searches: [alone.fit] },
      logOut: { ...logOut, fits: logOut.fits.slice(0, 1) },
    })
    expect(coulombNm!.value).toBeCloseTo(0.1 * Math.E, 9)
    // One standard deviation of the prior is a factor of e.
    expect(coulombNm!.low).toBeCloseTo(0.1 * Math.exp(-1.96), 9)
    expect(coulombNm!.high).toBeCloseTo(0.1 * Math.exp(1.96), 9)
  })

  it('stands in the file with five digits, and gives back every parameter', () => {
    const fit = describeFit(candidate('coulomb', [0.01, 0.02, 0.03], [0.02, 0.04, 0.06]))
    expect(fit.parameters.coulombNm?.value).toBe(0.27183)
    expect(fit).toMatchObject({ trainMaeRad: 0.02, logOutMaeRad: 0.02, gainOutMaeRad: 0.04 })
    const servo = { known: { dutyScale: 1.1 } } as unknown as ServoDescription
    expect(fittedParameters(servo, fit)).toEqual({
      ...SERVO_PARAMETERS,
      dutyScale: 1.1,
      coulombNm: 0.27183,
    })
  })
})
