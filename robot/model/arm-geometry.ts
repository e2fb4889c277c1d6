import type { ArmModel } from './arm.ts'

/** How an arm as built differs from its description. */
export interface ArmGeometry {
  /** Factor on the length of each link: on where its joints, or its tool point, sit [numJoints]. */
  readonly linkLengthScale: Float64Array
  /** Shift of each link's centre of mass in the link's frame [numJoints, 3], [m]. */
  readonly linkComOffsetM: Float64Array
}

/** Geometry of the arm as described. */
export function nominalGeometry(numJoints: number): ArmGeometry {
  return {
    linkLengthScale: new Float64Array(numJoints).fill(1),
    linkComOffsetM: new Float64Array(3 * numJoints),
  }
}

/** A copy of a model that `shapeArm` may write to; what does not depend on geometry is shared. */
export function createShapedArm(model: ArmModel): ArmModel {
  return {
    ...model,
    originPosition: Float64Array.from(model.originPosition),
    comM: Float64Array.from(model.comM),
    tool: { ...model.tool, position: Float64Array.from(model.tool.position) },
  }
}

/**
 * Factor on the length of one link, -1 for the base. A hand with fingers is one machined part: it keeps its
 * length.
 */
export function lengthScaleOf(
  { gripper, tool }: ArmModel,
  { linkLengthScale }: Pick<ArmGeometry, 'linkLengthScale'>,
  link: number,
): number {
  const isHand = link === tool.link && gripper !== undefined
  return link < 0 || isHand ? 1 : linkLengthScale[link]!
}

/** Gives `out` (of `createShapedArm`) the lengths and centres of mass of one arm as built. */
export function shapeArm(nominal: ArmModel, geometry: ArmGeometry, out: ArmModel): void {
  const { linkComOffsetM } = geometry
  const { link, position } = nominal.tool
  const lengthOf = (index: number) => lengthScaleOf(nominal, geometry, index)
  for (let i = 0; i < nominal.numJoints; i++) {
    const joint = lengthOf(nominal.parent[i]!)
    const length = lengthOf(i)
    for (let k = 3 * i; k < 3 * i + 3; k++) {
      out.originPosition[k] = joint * nominal.originPosition[k]!
      out.comM[k] = length * nominal.comM[k]! + linkComOffsetM[k]!
    }
  }
  const toTool = lengthOf(link)
  for (let k = 0; k < 3; k++) out.tool.position[k] = toTool * position[k]!
}
