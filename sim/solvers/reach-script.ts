import { observationOffset } from '../../robot/io/spec.ts'
import type { CreateSolver } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

/** Share of the measured miss that is added to the aim per step, against sag. */
const CORRECTION = 0.05
const MOST_CORRECTION_M = 0.03

/** Sends the commanded tool to the goal, and beyond it by what the measured tool keeps missing. */
export const createReachScript: CreateSolver = ({ spec }) => {
  const { action } = spec.control
  const commanded = observationOffset(spec, 'commandedTool')
  const measured = observationOffset(spec, 'toolPosition')
  const goal = observationOffset(spec, 'goalPosition')
  const correction = new Float64Array(3)
  return {
    reset: () => void correction.fill(0),
    act(observation, begin, out, outBegin) {
      const aim = [0, 0, 0]
      for (let i = 0; i < 3; i++) {
        const wanted = observation[begin + goal + i]!
        const miss = wanted - observation[begin + measured + i]!
        const isNear =
          Math.abs(wanted + correction[i]! - observation[begin + commanded + i]!) < 1e-3
        if (isNear) correction[i] = correction[i]! + CORRECTION * miss
        correction[i] = Math.max(-MOST_CORRECTION_M, Math.min(MOST_CORRECTION_M, correction[i]!))
        aim[i] = wanted + correction[i]!
      }
      const dx = aim[0]! - observation[begin + commanded]!
      const dy = aim[1]! - observation[begin + commanded + 1]!
      const height = observation[begin + commanded + 2]!
      writeToolMove(action, { dx, dy, z: aim[2]!, mostM: action.stepM }, height, out, outBegin)
    },
  }
}
