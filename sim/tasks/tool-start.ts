import { leanAt } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import { createToolIk } from '../../robot/model/tool-ik.ts'
import type { ObjectPose } from '../engines/engine.ts'
import { noPlace } from './no-place.ts'
import type { TaskOnArm } from './task.schema.ts'

const START_ITERATIONS = 60
const TOLERANCE_M = 0.002
const MAX_TRIES = 1000
/** Joints are not exactly where the start pose says [rad]. */
const JOINT_SCATTER_RAD = 0.02

/**
 * Draws where the arm begins: the tool somewhere in `toolStart`, clear of all objects, into `q`.
 * @param zeroOffsetRad - what the encoders will add: the joints seem to be where the tool should be
 */
export type DrawToolStart = (
  stream: RandomStream,
  objects: readonly ObjectPose[],
  zeroOffsetRad: Float64Array,
  q: Float64Array,
) => void

/** Draws where the tool begins: somewhere above the work area from which the arm can go on. */
export function createToolStart(model: ArmModel, onArm: TaskOnArm): DrawToolStart {
  const ik = createToolIk(model, { iterations: START_ITERATIONS })
  const baseX = model.originPosition[0]!
  const baseY = model.originPosition[1]!
  const tool = { x: 0, y: 0, z: 0 }
  const { toolStart, control } = onArm

  const isClear = (objects: readonly ObjectPose[]) =>
    objects.every(
      ({ position }) =>
        Math.hypot(tool.x - position[0]!, tool.y - position[1]!) >= toolStart.objectClearanceM,
    )
  const solve = (q: Float64Array): boolean => {
    q.set(model.restPose)
    const lean = leanAt(control.action, Math.hypot(tool.x - baseX, tool.y - baseY))
    return ik.solve(tool, lean, q) < TOLERANCE_M
  }

  return (stream, objects, zeroOffsetRad, q) => {
    for (let i = 0; i < MAX_TRIES; i++) {
      tool.x = stream.between(toolStart.xM[0], toolStart.xM[1])
      tool.y = stream.between(toolStart.yM[0], toolStart.yM[1])
      tool.z = stream.between(toolStart.zM[0], toolStart.zM[1])
      if (isClear(objects) && solve(q)) break
      if (i === MAX_TRIES - 1) {
        throw noPlace(
          `${onArm.arm} reaches no place in toolStart that is clear of the objects`,
          'toolStart, objectClearanceM and control.action.lean have to suit the arm; x is forward, in metres',
        )
      }
    }
    for (let i = 0; i < q.length; i++) {
      const scatter = stream.between(-JOINT_SCATTER_RAD, JOINT_SCATTER_RAD)
      q[i]! += scatter - zeroOffsetRad[i]!
    }
  }
}
