import type { ArmModel } from '../../robot/model/arm.ts'
import type { Physics } from '../engines/engine.ts'
import { join, NAMES } from './mjcf-names.ts'
import { tipCapsule } from './tip.ts'

/**
 * What moves the joints. `position`: MuJoCo's position servo with the stiffness of `Physics`, its
 * torque cut at stall. `torque`: one torque per joint, applied to a rotor that carries armature and friction and meets
 * the link through a gear with play, as wide as `Physics.backlashRad`.
 */
export type ArmDrive = 'position' | 'torque'

/** Friction holds still: MuJoCo's default friction loss creeps 0.05 °/s under a steady load. */
const STIFF_FRICTION = 'solreffriction="0.004 1" solimpfriction="0.99 0.999 0.001"'
/** Teeth and end stops: as stiff as 1 ms steps allow. */
const STIFF_LIMIT = 'solreflimit="0.004 1"'
/** Output shaft and horn beside the link itself, and grease: what is left when the teeth are apart. */
const SHAFT_INERTIA_KG_M2 = 1e-4
const SHAFT_DAMPING_NM_S_PER_RAD = 2e-3
const SMALLEST_PLAY_RAD = 1e-4

/** MJCF of the links as nested bodies, of the actuators, and of the sensors of gear torque. */
export function armToMjcf(arm: ArmModel, physics: Physics, drive: ArmDrive) {
  const indices = Array.from({ length: arm.numJoints }, (_, index) => index)
  const rootLinks = indices.filter((index) => arm.parent[index] === -1)
  return {
    bodies: rootLinks.map((index) => linkToMjcf(arm, physics, drive, index)).join('\n'),
    actuators: indices.map((index) => actuatorToMjcf(arm, physics, drive, index)).join('\n'),
    sensors: indices.map((index) => sensorToMjcf(drive, index)).join('\n'),
  }
}

function linkToMjcf(arm: ArmModel, physics: Physics, drive: ArmDrive, index: number): string {
  const position = arm.originPosition.subarray(3 * index, 3 * index + 3)
  const [x, y, z, w] = arm.originQuaternion.subarray(4 * index, 4 * index + 4)
  const scale = physics.inertiaScale[index]!
  const inertia = arm.inertiaKgM2.subarray(6 * index, 6 * index + 6).map((entry) => entry * scale)
  const children: string[] = []
  for (let child = 0; child < arm.numJoints; child++) {
    if (arm.parent[child] === index) children.push(linkToMjcf(arm, physics, drive, child))
  }
  return `<body name="${NAMES.link(index)}" pos="${join(position)}" quat="${w} ${x} ${y} ${z}">
${jointToMjcf(arm, physics, drive, index)}
<inertial pos="${join(arm.comM.subarray(3 * index, 3 * index + 3))}" mass="${physics.linkMassKg[index]}" fullinertia="${join(inertia)}"/>
${index === arm.tool.link ? tipToMjcf(arm) : ''}
${children.join('\n')}
</body>`
}

function jointToMjcf(arm: ArmModel, physics: Physics, drive: ArmDrive, index: number): string {
  const type = arm.isPrismatic[index] ? 'slide' : 'hinge'
  const axis = join(arm.axis.subarray(3 * index, 3 * index + 3))
  const common = `type="${type}" axis="${axis}" ${STIFF_LIMIT} ${STIFF_FRICTION}`
  const isControlled = drive === 'position' && arm.isDampingControlled[index] === 1
  const damping = isControlled ? 0 : physics.dampingNmSPerRad[index]!
  const joint = `<joint name="${NAMES.joint(index)}" ${common} range="${arm.lower[index]} ${arm.upper[index]}" armature="${physics.armatureKgM2[index]}" damping="${damping}" frictionloss="${physics.coulombNm[index]}"/>`
  if (drive === 'position') return joint
  const half = Math.max(SMALLEST_PLAY_RAD, physics.backlashRad[index]!) / 2
  return `${joint}
<joint name="${NAMES.play(index)}" ${common} range="${-half} ${half}" armature="${SHAFT_INERTIA_KG_M2}" damping="${SHAFT_DAMPING_NM_S_PER_RAD}"/>`
}

function actuatorToMjcf(arm: ArmModel, physics: Physics, drive: ArmDrive, index: number): string {
  const joint = NAMES.joint(index)
  if (drive === 'torque') return `<motor joint="${joint}"/>`
  const stiffness = physics.stiffnessNmPerRad[index]!
  const stall = physics.stallTorqueNm[index]!
  const velocityGain = arm.isDampingControlled[index] ? physics.dampingNmSPerRad[index]! : 0
  return `<general joint="${joint}" gainprm="${stiffness}" biastype="affine" biasprm="0 ${-stiffness} ${-velocityGain}" forcerange="${-stall} ${stall}"/>`
}

/** Torque through the gear teeth, which load-dependent friction grows with. */
function sensorToMjcf(drive: ArmDrive, index: number): string {
  return drive === 'torque' ? `<jointlimitfrc joint="${NAMES.play(index)}"/>` : ''
}

/** The closed gripper's tip: a capsule along the tool whose lowest point is the tool point. */
function tipToMjcf(arm: ArmModel): string {
  const { radiusM, halfAxisM, centreBackM } = tipCapsule(arm)
  const { position, approach } = arm.tool
  const back = (distance: number) => position.map((p, axis) => p - approach[axis]! * distance)
  const fromTo = `${join(back(centreBackM - halfAxisM))} ${join(back(centreBackM + halfAxisM))}`
  return `<geom name="${NAMES.tip}" type="capsule" fromto="${fromTo}" size="${radiusM}" contype="0" conaffinity="0"/>`
}
