import { leanAt } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import { createToolIk } from '../../robot/model/tool-ik.ts'
import type { Draw } from '../randomization/draw.ts'
import type { PushOnArm } from '../tasks/push.schema.ts'
import type { PushArea } from '../tasks/push-area.ts'

const START_ITERATIONS = 60
const TOLERANCE_M = 0.002
const MAX_TRIES = 1000
/** Joints are not exactly where the start pose says [rad]. */
const JOINT_SCATTER_RAD = 0.02

export interface PlacedObject {
  readonly objectXM: number
  readonly objectYM: number
  readonly objectYawRad: number
}

export interface StartPlacer {
  /** Draws object, goal and arm; the arm's true joints go into `q`. */
  place(
    stream: RandomStream,
    area: PushArea,
    draw: Draw,
    goal: Float64Array,
    q: Float64Array,
  ): PlacedObject
}

/** Random beginnings of a pushing episode: object and goal in the area, the tool beside the object. */
export function createStartPlacer(model: ArmModel, task: PushOnArm): StartPlacer {
  const ik = createToolIk(model, { iterations: START_ITERATIONS })
  const baseX = model.originPosition[0]!
  const baseY = model.originPosition[1]!
  const object = new Float64Array(2)
  const tool = { x: 0, y: 0, z: 0 }
  const { toolStart } = task

  const solveTool = (q: Float64Array): boolean => {
    q.set(model.restPose)
    const lean = leanAt(task.control.action, Math.hypot(tool.x - baseX, tool.y - baseY))
    return ik.solve(tool, lean, q) < TOLERANCE_M
  }

  return {
    place(stream, area, draw, goal, q) {
      area.sample(stream, 0, 0, 0, object)
      area.sample(stream, object[0]!, object[1]!, task.startGoalDistanceM, goal)
      const yaw = stream.between(-Math.PI, Math.PI)
      for (let i = 0; i < MAX_TRIES; i++) {
        tool.x = stream.between(toolStart.xM[0], toolStart.xM[1])
        tool.y = stream.between(toolStart.yM[0], toolStart.yM[1])
        tool.z = stream.between(toolStart.zM[0], toolStart.zM[1])
        const clearance = Math.hypot(tool.x - object[0]!, tool.y - object[1]!)
        if (clearance >= toolStart.objectClearanceM && solveTool(q)) break
        if (i === MAX_TRIES - 1) throw new RangeError('no reachable start for the tool')
      }
      for (let i = 0; i < q.length; i++) {
        const scatter = stream.between(-JOINT_SCATTER_RAD, JOINT_SCATTER_RAD)
        q[i]! += scatter - draw.values.zeroOffsetRad[i]!
      }
      return { objectXM: object[0]!, objectYM: object[1]!, objectYawRad: yaw }
    },
  }
}
