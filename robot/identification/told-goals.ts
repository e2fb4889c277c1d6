import type { ServoParameters } from './servo-parameters.ts'
import { GRID_STEP_S, type ServoRollout } from './servo-rollout.ts'

/** What a log's servo was told in each step of a simulation [numSteps * substeps]. */
export interface ToldGoals {
  /** Mean over the step [rad]. */
  readonly goalRad: Float64Array
  /** Share of the step with torque on. */
  readonly onShare: Float64Array
}

export function createToldGoals(rollout: ServoRollout, substeps: number): ToldGoals {
  const numSubsteps = rollout.positionRad.length * substeps
  return { goalRad: new Float64Array(numSubsteps), onShare: new Float64Array(numSubsteps) }
}

/**
 * Goals and torque of a log, each after its delay. A command that falls into a step counts for the rest of it, so that
 * a simulation depends smoothly on the delays.
 */
export function tellGoals(
  { log }: ServoRollout,
  { commandDelayS, switchDelayS }: Pick<ServoParameters, 'commandDelayS' | 'switchDelayS'>,
  substeps: number,
  out: ToldGoals,
): ToldGoals {
  const { goalRad, isOn, timeS } = log
  const stepS = GRID_STEP_S / substeps
  /** When a sample's command acts [s]; never, after the last. */
  const effectS = (sample: number): number => {
    if (sample >= timeS.length) return Number.POSITIVE_INFINITY
    const isSwitch = isOn[sample] !== isOn[sample - 1]
    return timeS[sample]! + commandDelayS + (isSwitch ? switchDelayS : 0)
  }
  let sample = 0
  let nextS = effectS(1)
  for (let i = 0, k = 0; i < out.goalRad.length; k++) {
    for (let j = 1; j <= substeps; i++, j++) {
      const endS = k * GRID_STEP_S + j * stepS
      let goal = goalRad[sample]!
      let on = isOn[sample]!
      while (nextS < endS) {
        sample++
        const share = Math.min(1, (endS - nextS) / stepS)
        goal += share * (goalRad[sample]! - goalRad[sample - 1]!)
        on += share * (isOn[sample]! - isOn[sample - 1]!)
        nextS = effectS(sample + 1)
      }
      out.goalRad[i] = goal
      out.onShare[i] = on
    }
  }
  return out
}
