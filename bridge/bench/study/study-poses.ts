import { CodedError } from '../../../configs/load/coded-error.ts'
import { leanAt } from '../../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'
import type { PushOnArm } from '../../../sim/tasks/push.ts'

const ITERATIONS = 80
const TOLERANCE_M = 0.002

/** Joints that put the tool straight ahead of the base as a task leans it. Throws ROBOT_UNREACHABLE. */
export function poseAhead(model: ArmModel, task: PushOnArm, xM: number, zM: number): Float64Array {
  const radius = xM - model.originPosition[0]!
  const lean = leanAt(task.control.action, radius)
  return poseWithLean(model, xM, zM, lean)
}

/** As `poseAhead`, with a given lean from straight down, outward [rad]. */
export function poseWithLean(
  model: ArmModel,
  xM: number,
  zM: number,
  leanRad: number,
): Float64Array {
  const q = Float64Array.from(model.restPose)
  const ik = createToolIk(model, { iterations: ITERATIONS })
  const error = ik.solve({ x: xM, y: model.originPosition[1]!, z: zM }, leanRad, q)
  if (error < TOLERANCE_M) return q
  throw new CodedError(
    'ROBOT_UNREACHABLE',
    `${model.name} does not reach x ${xM} m, z ${zM} m for the study`,
  )
}
