import type { ArmModel } from '../../robot/model/arm.ts'

/**
 * The capsule that stands for the closed gripper's tip in every engine. Its rounded end touches the tool
 * point; from there it runs `tipLengthM` (both caps included) back against the approach direction.
 */
export interface TipCapsule {
  readonly radiusM: number
  /** Half the length of the axis between the two cap centres [m]. */
  readonly halfAxisM: number
  /** Distance from the tool point back to the capsule's centre [m]. */
  readonly centreBackM: number
}

export function tipCapsule(model: ArmModel): TipCapsule {
  const { tipRadiusM, tipLengthM } = model.tool
  const halfAxisM = Math.max(0, tipLengthM / 2 - tipRadiusM)
  return { radiusM: tipRadiusM, halfAxisM, centreBackM: halfAxisM + tipRadiusM }
}

/** Contact of the tip with the table, along and across its normal: spring [N/m], damper [Ns/m]. */
export const TIP_TABLE_CONTACT = { stiffnessNPerM: 15_000, dampingNSPerM: 20 } as const
