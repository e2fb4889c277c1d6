import type { Solver } from '../../sim/solvers/solver.ts'
import type { Stepper } from './sources.ts'

/** A solver where a policy is expected. Its one state value only marks a begun episode. */
export function createScriptedStepper(solver: Solver): Stepper {
  return {
    stateSize: 1,
    step(observation, state, outAction) {
      if (state[0] === 0) solver.reset()
      state[0] = 1
      solver.act(observation, 0, outAction, 0)
    },
  }
}
