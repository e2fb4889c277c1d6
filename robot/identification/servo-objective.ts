import type { ServoParameterName, ServoParameters } from './servo-parameters.ts'
import { parametersAt, type ServoPriors } from './servo-prior.ts'
import { GRID_STEP_S, type ServoRollout } from './servo-rollout.ts'
import { createTrace, meanAbsoluteError, type ServoTrace, simulateServo } from './simulate-servo.ts'
import { createToldGoals, tellGoals } from './told-goals.ts'

export interface ServoProblem {
  readonly rollouts: readonly ServoRollout[]
  /** What is looked for; each has a prior. */
  readonly names: readonly ServoParameterName[]
  readonly priors: ServoPriors
  readonly known: Partial<ServoParameters>
}

/** How closely a search simulates. */
export interface SearchDetail {
  /** Steps per 5 ms. */
  readonly substeps: number
  /**
   * Friction varies from place to place: a fit must not hang on a servo that sticks by a hair, so each log is
   * simulated with all dry friction scaled by each of these.
   */
  readonly frictionScales: readonly number[]
}

/** Costs a quarter of the other, and leads to near where that ends. */
export const ROUGH: SearchDetail = { substeps: 1, frictionScales: [1] }
export const FINE: SearchDetail = { substeps: 2, frictionScales: [0.98, 1.02] }

/**
 * Independent samples that a log of some seconds is worth: its errors are those of the model, and they last.
 * It weighs the logs against the priors.
 */
const SAMPLES_PER_LOG = 5
/** No error counts as smaller: an encoder's step [rad]. */
const ERROR_FLOOR_RAD = 5e-4
/** The supply's voltage is compared in means over this time, which its ripple leaves uncertain by so much. */
const VOLTAGE_BIN_STEPS = Math.round(0.5 / GRID_STEP_S)
const VOLTAGE_DEVIATION_V = 0.1

/**
 * What a fit minimises, over deviations from the priors' middles: the negative logarithm of the posterior.
 * Position errors count as Laplace distributed with an unknown scale for each log, so that one that goes well
 * says the more; the supply's voltage as normal, and so do the priors.
 */
export function createServoObjective(
  problem: ServoProblem,
  { substeps, frictionScales }: SearchDetail,
): (deviations: Float64Array) => number {
  const { rollouts, names, priors, known } = problem
  const traces = rollouts.map(({ positionRad }) => createTrace(positionRad.length))
  const told = rollouts.map((rollout) => createToldGoals(rollout, substeps))
  return (deviations) => {
    const parameters = parametersAt(names, priors, known, deviations)
    const scaled = frictionScales.map((scale) => withFriction(parameters, scale))
    let cost = 0
    for (const deviation of deviations) cost += deviation ** 2 / 2
    for (let i = 0; i < rollouts.length; i++) {
      let error = 0
      let voltage = 0
      const goals = tellGoals(rollouts[i]!, parameters, substeps, told[i]!)
      for (const each of scaled) {
        simulateServo(rollouts[i]!, each, traces[i]!, substeps, goals)
        error += meanAbsoluteError(rollouts[i]!, traces[i]!)
        voltage += voltageCost(rollouts[i]!, traces[i]!, parameters.supplyOhm)
      }
      cost += voltage / frictionScales.length
      cost += SAMPLES_PER_LOG * Math.log(error / frictionScales.length + ERROR_FLOOR_RAD)
    }
    return cost
  }
}

function withFriction(parameters: ServoParameters, scale: number): ServoParameters {
  return {
    ...parameters,
    coulombNm: scale * parameters.coulombNm,
    stribeckNm: scale * parameters.stribeckNm,
    loadFriction: scale * parameters.loadFriction,
    loadStribeck: scale * parameters.loadStribeck,
  }
}

/** Mean absolute position error of each log at full resolution [rad]. */
export function servoErrors(
  rollouts: readonly ServoRollout[],
  parameters: ServoParameters,
): number[] {
  return rollouts.map((rollout) => {
    const trace = createTrace(rollout.positionRad.length)
    simulateServo(rollout, parameters, trace)
    return meanAbsoluteError(rollout, trace)
  })
}

function voltageCost(rollout: ServoRollout, trace: ServoTrace, supplyOhm: number): number {
  const { voltageV, openVoltageV, firmware } = rollout
  let cost = 0
  if (firmware.hasMeanVoltage !== true) return cost
  for (let from = 0; from + VOLTAGE_BIN_STEPS <= voltageV.length; from += VOLTAGE_BIN_STEPS) {
    let difference = 0
    for (let k = from; k < from + VOLTAGE_BIN_STEPS; k++) {
      difference += voltageV[k]! - openVoltageV + supplyOhm * trace.supplyCurrentA[k]!
    }
    const mean = difference / VOLTAGE_BIN_STEPS
    if (!Number.isNaN(mean)) cost += (mean / VOLTAGE_DEVIATION_V) ** 2 / 2
  }
  return cost
}
