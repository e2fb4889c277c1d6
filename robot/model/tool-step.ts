import type { ArmModel } from './arm.ts'
import { choleskySolve } from './cholesky.ts'
import { ArmKinematics } from './kinematics.ts'
import { turnRowsAbout } from './turn-rows.ts'

/** Weights against one metre per second of the tool point: its direction in space, and joints that turn at all. */
const DIRECTION_WEIGHT_M = 0.05
const DAMPING_WEIGHT_M = 0.005

/** Joint speeds for a motion of the tool point. */
export interface ToolStep {
  /**
   * Joint speeds that move the tool point with `velocity` while it keeps its direction, as far as the arm can:
   * damped least squares, so that they stay small where it cannot.
   *
   * @param q - joint positions [numJoints], [rad]
   * @param velocity - of the tool point in the base frame [3], [m/s]
   * @param out - receives the speeds [numJoints], [rad/s]
   */
  solve(q: Float64Array, velocity: ArrayLike<number>, out: Float64Array): void
}

/** Minimises |Jv out - velocity|² + (0.05 m)² |ω × a|² + (0.005 m)² |out|², a the tool's approach direction. */
export function createToolStep(model: ArmModel): ToolStep {
  const n = model.numJoints
  const kinematics = new ArmKinematics(model)
  const jacobian = new Float64Array(6 * n)
  const matrix = new Float64Array(n * n)
  const factor = new Float64Array(n * n)
  return {
    solve(q, velocity, out) {
      kinematics.forward(q)
      kinematics.jacobian(jacobian)
      turnRowsAbout(kinematics.approach, DIRECTION_WEIGHT_M, jacobian, n)
      for (let i = 0; i < n; i++) {
        out[i] = 0
        for (let k = 0; k < 3; k++) out[i]! += jacobian[k * n + i]! * velocity[k]!
        for (let j = 0; j <= i; j++) {
          let sum = i === j ? DAMPING_WEIGHT_M * DAMPING_WEIGHT_M : 0
          for (let at = 0; at < 6 * n; at += n) sum += jacobian[at + i]! * jacobian[at + j]!
          matrix[i * n + j] = sum
          matrix[j * n + i] = sum
        }
      }
      choleskySolve(matrix, factor, out, n)
    },
  }
}
