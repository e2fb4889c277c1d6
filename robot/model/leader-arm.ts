import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription } from './arm.schema.ts'
import type { LeaderDescription } from './leader.schema.ts'

/** The leader as an arm: the joints of the arm that it leads, moved by its own servos. Throws ROBOT_ARM_INVALID. */
export function armOfLeader(leader: LeaderDescription, arm: ArmDescription): ArmDescription {
  const { bus, name, servos, source, title } = leader
  const wanted = arm.joints.filter(({ servo }) => servo !== undefined).map((joint) => joint.name)
  const unknown = Object.keys(servos).find((joint) => !wanted.includes(joint))
  const missing = wanted.find((joint) => servos[joint] === undefined)
  if (unknown !== undefined || missing !== undefined) {
    const what = missing === undefined ? `no joint ${unknown}` : `a joint ${missing}`
    throw new CodedError('ROBOT_ARM_INVALID', `${name} leads ${arm.name}, which has ${what}`, {
      hint: `it needs a servo for each of ${wanted.join(', ')}`,
    })
  }
  const joints = arm.joints.map((joint) => {
    const servo = servos[joint.name]
    return servo === undefined ? joint : { ...joint, servo }
  })
  // It has a handle where the arm has its jaw.
  const { mesh: _, ...shaped } = arm
  return { ...shaped, name, title, source, bus, joints }
}
