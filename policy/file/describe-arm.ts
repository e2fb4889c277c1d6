import type { ArmModel } from '../../robot/model/arm.ts'
import type { StoredArmModel } from './metadata.schema.ts'

/**
 * The part of an arm that turns a tool-space action into joint targets, as it is stored in a policy file,
 * so that other programs decode actions without any other source.
 */
export function describeArm(model: ArmModel): StoredArmModel {
  const { gripper, mimics } = model
  const rows = (values: Float64Array, width: number, index: number) =>
    Array.from(values.subarray(width * index, width * index + width))
  return {
    joints: model.jointNames.map((name, i) => ({
      name,
      parent: model.parent[i]!,
      isPrismatic: model.isPrismatic[i] === 1,
      originM: rows(model.originPosition, 3, i),
      originQuaternion: rows(model.originQuaternion, 4, i),
      axis: rows(model.axis, 3, i),
      lower: model.lower[i]!,
      upper: model.upper[i]!,
      rest: model.restPose[i]!,
      massKg: model.massKg[i]!,
      comM: rows(model.comM, 3, i),
      stiffnessNmPerRad: model.stiffnessNmPerRad[i]!,
    })),
    tool: {
      joint: model.tool.link,
      positionM: Array.from(model.tool.position),
      approach: Array.from(model.tool.approach),
    },
    ...(gripper && {
      gripper: { joint: gripper.joint, open: gripper.open, closed: gripper.closed },
    }),
    ...(mimics.length > 0 && { mimics: mimics.map((mimic) => ({ ...mimic })) }),
  }
}
