import type { ArmDescription } from '../model/arm.schema.ts'
import type { ArmModel } from '../model/arm.ts'
import { compileArm } from '../model/compile-arm.ts'
import type { Control } from './control.schema.ts'

/** The arm as a control drives it: the gripper's joints move only where the action has a gripper. */
export function compileControlled(description: ArmDescription, control: Control): ArmModel {
  if (control.action.gripper === undefined) return compileArm(description)
  return compileArm(description, { joints: description.joints.map(({ name }) => name) })
}
