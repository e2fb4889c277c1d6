import { unknownNameHint } from '../../../configs/load/closest-name.ts'
import type { UrdfJoint, UrdfLink, UrdfRobot } from './urdf.ts'
import type { UrdfReader } from './urdf-reader.ts'
import type { XmlElement } from './xml.ts'

/** The joints in an order in which each comes after its parent's, and the one root link. Throws ROBOT_URDF_INVALID. */
export function orderJoints(
  reader: UrdfReader,
  robot: XmlElement,
  links: ReadonlyMap<string, UrdfLink>,
  joints: readonly UrdfJoint[],
): Pick<UrdfRobot, 'root' | 'joints'> {
  checkNames(reader, links, joints)
  const moved = new Map<string, UrdfJoint>()
  for (const joint of joints) {
    const before = moved.get(joint.child)
    if (before !== undefined) {
      reader.fail(joint.element, `the link ${joint.child} is the child of ${before.name} already`)
    }
    moved.set(joint.child, joint)
  }
  const roots = [...links.keys()].filter((name) => !moved.has(name))
  const [root, second] = roots
  if (root === undefined) reader.fail(joints[0]!.element, 'the links form a cycle without a root')
  if (second !== undefined) {
    reader.fail(links.get(second)!.element, `two roots: ${root} and ${second} are nobody's child`)
  }
  const ordered = walk(root, joints)
  const lost = joints.find((joint) => !ordered.includes(joint))
  if (lost !== undefined) reader.fail(lost.element, 'the links form a cycle')
  if (ordered.length === 0) reader.fail(robot, 'expected at least one joint')
  return { root, joints: ordered }
}

/** Depth first, siblings as in the file. */
function walk(link: string, joints: readonly UrdfJoint[]): UrdfJoint[] {
  return joints
    .filter(({ parent }) => parent === link)
    .flatMap((joint) => [joint, ...walk(joint.child, joints)])
}

function checkNames(
  reader: UrdfReader,
  links: ReadonlyMap<string, UrdfLink>,
  joints: readonly UrdfJoint[],
): void {
  const names = new Map(joints.map((joint) => [joint.name, joint]))
  for (const joint of joints) {
    for (const link of [joint.parent, joint.child]) {
      if (links.has(link)) continue
      reader.fail(joint.element, `no link ${link}`, unknownNameHint(link, [...links.keys()]))
    }
    if (names.get(joint.name) !== joint) {
      reader.fail(joint.element, 'there is another joint of this name')
    }
    const { mimic } = joint
    if (mimic === null) continue
    const leader = names.get(mimic.joint)
    if (leader === undefined) {
      reader.fail(
        joint.element,
        `mimics ${mimic.joint}, which is no joint`,
        unknownNameHint(mimic.joint, [...names.keys()]),
      )
    }
    if (leader === joint || leader.mimic !== null) {
      reader.fail(joint.element, `mimics ${mimic.joint}, which does not move on its own`)
    }
  }
}
