import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'

export interface ReachRow {
  readonly leanRad: number
  /** Distances of the tool point from the first joint's axis; NaN when nothing is reached [m]. */
  readonly radiusMinM: number
  readonly radiusMaxM: number
}

const STEP_M = 0.001
const FARTHEST_M = 1.2
const POSITION_TOLERANCE_M = 0.0005
/** How far the tool may lean from what was asked [rad]. */
const DIRECTION_TOLERANCE_RAD = 0.006
const ITERATIONS = 40

/** The longest unbroken range of radii that the tool reaches at a height, for each lean outward. */
export function measureReach(
  model: ArmModel,
  heightM: number,
  leansRad: readonly number[],
): ReachRow[] {
  return leansRad.map((leanRad) => ({ leanRad, ...rangeAt(model, heightM, leanRad) }))
}

/** Searched outward and inward from a radius that is reached, each from its neighbour's solution. */
function rangeAt(model: ArmModel, heightM: number, leanRad: number) {
  const reaches = createReachTest(model, heightM, leanRad)
  const q = Float64Array.from(model.restPose)
  let first = Number.NaN
  for (let radius = 0.05; radius < FARTHEST_M && Number.isNaN(first); radius += 0.02) {
    q.set(model.restPose)
    if (reaches(radius, q)) first = radius
  }
  const walk = (direction: number) => {
    const at = Float64Array.from(q)
    let radius = first
    while (radius > STEP_M && radius < FARTHEST_M && reaches(radius + direction * STEP_M, at)) {
      radius += direction * STEP_M
    }
    return radius
  }
  return { radiusMinM: walk(-1), radiusMaxM: walk(1) }
}

/** Whether a radius is reached from `q`, which then holds the solution. */
function createReachTest(model: ArmModel, heightM: number, leanRad: number) {
  const ik = createToolIk(model, { iterations: ITERATIONS })
  const kinematics = new ArmKinematics(model)
  const [baseX, baseY] = [model.originPosition[0]!, model.originPosition[1]!]
  return (radius: number, q: Float64Array): boolean => {
    const error = ik.solve({ x: baseX + radius, y: baseY, z: heightM }, leanRad, q)
    kinematics.forward(q)
    const [x, y, z] = kinematics.approach
    const along = x! * Math.sin(leanRad) - z! * Math.cos(leanRad)
    const miss = Math.acos(Math.min(1, along)) + Math.abs(y!)
    return error < POSITION_TOLERANCE_M && miss < DIRECTION_TOLERANCE_RAD
  }
}
