import type { ArmModel, Mimic } from '../../robot/model/arm.ts'
import type { LinkCapsule } from '../../robot/model/link-capsules.ts'
import type { Physics } from '../engines/engine.ts'
import { join, NAMES } from './mjcf-names.ts'
import { tipCapsule } from './tip.ts'

/**
 * What moves the joints. `position`: MuJoCo's position servo with the stiffness of `Physics`, its
 * torque cut at stall. `torque`: one torque per joint, applied to a rotor that carries armature and friction and meets
 * the link through a gear with play, as wide as `Physics.backlashRad`.
 */
export type ArmDrive = 'position' | 'torque'

/** What touches objects and table: a closed gripper's tip, or the fingers of one that moves. */
export type ArmTouch = 'tip' | 'fingers'

/** Friction holds still: MuJoCo's default friction loss creeps 0.05 °/s under a steady load. */
const STIFF_FRICTION = 'solreffriction="0.004 1" solimpfriction="0.99 0.999 0.001"'
/** Teeth and end stops: as stiff as 1 ms steps allow. */
const STIFF_LIMIT = 'solreflimit="0.004 1"'
/** Output shaft and horn beside the link itself, and grease: what is left when the teeth are apart. */
const SHAFT_INERTIA_KG_M2 = 1e-4
const SHAFT_DAMPING_NM_S_PER_RAD = 2e-3
const SMALLEST_PLAY_RAD = 1e-4

interface ArmScene {
  readonly arm: ArmModel
  readonly physics: Physics
  readonly drive: ArmDrive
  readonly touch: ArmTouch
  /** What of the links meets the table besides. */
  readonly rods: readonly LinkCapsule[]
}

/**
 * MJCF of the links as nested bodies, of the joints that follow others, of the actuators, and of the sensors:
 * forces of what touches (3 values each), then gear torques, then for each rod in how many places it touches the table.
 */
export function armToMjcf(scene: ArmScene) {
  const { arm, physics, drive } = scene
  const indices = Array.from({ length: arm.numJoints }, (_, index) => index)
  const rootLinks = indices.filter((index) => arm.parent[index] === -1)
  return {
    bodies: rootLinks.map((index) => linkToMjcf(scene, index)).join('\n'),
    equalities: arm.mimics.map(mimicToMjcf).join('\n'),
    actuators: indices.map((index) => actuatorToMjcf(arm, physics, drive, index)).join('\n'),
    sensors: [
      ...touchSensors(scene),
      ...indices.map((index) => gearSensor(drive, index)),
      ...scene.rods.map((_, index) => rodSensor(index)),
    ].join('\n'),
  }
}

/** Names of the geoms that touch things, and the number of force sensors they have. */
export function touchingGeoms(arm: ArmModel, touch: ArmTouch): string[] {
  if (touch === 'tip') return [NAMES.tip]
  const fingers = arm.gripper?.fingers ?? []
  return fingers.flatMap(({ pads }, finger) => pads.map((_, pad) => NAMES.pad(finger, pad)))
}

function mimicToMjcf({ leader, follower, ratio, offset }: Mimic): string {
  const joints = `joint1="${NAMES.joint(follower)}" joint2="${NAMES.joint(leader)}"`
  return `<joint ${joints} polycoef="${offset} ${ratio} 0 0 0" solref="0.004 1"/>`
}

function linkToMjcf(scene: ArmScene, index: number): string {
  const { arm, physics, drive, touch } = scene
  const position = arm.originPosition.subarray(3 * index, 3 * index + 3)
  const [x, y, z, w] = arm.originQuaternion.subarray(4 * index, 4 * index + 4)
  const scale = physics.inertiaScale[index]!
  const inertia = arm.inertiaKgM2.subarray(6 * index, 6 * index + 6).map((entry) => entry * scale)
  const children: string[] = []
  for (let child = 0; child < arm.numJoints; child++) {
    if (arm.parent[child] === index) children.push(linkToMjcf(scene, child))
  }
  return `<body name="${NAMES.link(index)}" pos="${join(position)}" quat="${w} ${x} ${y} ${z}">
${jointToMjcf(arm, physics, drive, index)}
<inertial pos="${join(arm.comM.subarray(3 * index, 3 * index + 3))}" mass="${physics.linkMassKg[index]}" fullinertia="${join(inertia)}"/>
${touch === 'tip' && index === arm.tool.link ? tipToMjcf(arm) : ''}
${touch === 'fingers' ? padsToMjcf(arm, index) : ''}
${rodsToMjcf(scene.rods, index)}
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
  // A motor of its own would work against the joint it follows.
  const isFollower = arm.mimics.some(({ follower }) => follower === index)
  if (isFollower) return `<motor joint="${joint}" forcerange="0 0"/>`
  const stiffness = physics.stiffnessNmPerRad[index]!
  const stall = physics.stallTorqueNm[index]!
  const velocityGain = arm.isDampingControlled[index] ? physics.dampingNmSPerRad[index]! : 0
  return `<general joint="${joint}" gainprm="${stiffness}" biastype="affine" biasprm="0 ${-stiffness} ${-velocityGain}" forcerange="${-stall} ${stall}"/>`
}

/** What tip or fingers exert on the rest. */
function touchSensors({ arm, touch }: ArmScene): string[] {
  const force = (index: number, of: string) =>
    `<contact name="${NAMES.touchForce(index)}" ${of} data="force" reduce="netforce"/>`
  if (touch === 'tip') return [force(0, `geom1="${NAMES.tip}"`)]
  const fingers = arm.gripper?.fingers ?? []
  return fingers.map(({ link }, index) => force(index, `body1="${NAMES.link(link)}"`))
}

/** Torque through the gear teeth, which load-dependent friction grows with. */
function gearSensor(drive: ArmDrive, index: number): string {
  return drive === 'torque' ? `<jointlimitfrc joint="${NAMES.play(index)}"/>` : ''
}

function rodSensor(index: number): string {
  const pair = `geom1="${NAMES.rod(index)}" geom2="${NAMES.table}"`
  return `<contact ${pair} data="found"/>`
}

/** The closed gripper's tip: a capsule along the tool whose lowest point is the tool point. */
function tipToMjcf(arm: ArmModel): string {
  const { radiusM, halfAxisM, centreBackM } = tipCapsule(arm)
  const { position, approach } = arm.tool
  const back = (distance: number) => position.map((p, axis) => p - approach[axis]! * distance)
  const fromTo = `${join(back(centreBackM - halfAxisM))} ${join(back(centreBackM + halfAxisM))}`
  return `<geom name="${NAMES.tip}" type="capsule" fromto="${fromTo}" size="${radiusM}" contype="0" conaffinity="0"/>`
}

/** The pads of a link's fingers. */
function padsToMjcf({ gripper }: ArmModel, link: number): string {
  const fingers = gripper?.fingers ?? []
  return fingers
    .flatMap(({ link: at, pads }, finger) =>
      at !== link
        ? []
        : pads.map(({ position, quaternion, halfSizeM }, pad) => {
            const [x, y, z, w] = quaternion
            return `<geom name="${NAMES.pad(finger, pad)}" type="box" size="${join(halfSizeM)}" pos="${join(position)}" quat="${w} ${x} ${y} ${z}" contype="0" conaffinity="0"/>`
          }),
    )
    .join('\n')
}

/** The rods of a link. */
function rodsToMjcf(rods: readonly LinkCapsule[], link: number): string {
  return rods
    .map((rod, index) => ({ ...rod, name: NAMES.rod(index) }))
    .filter((rod) => rod.link === link)
    .map(
      ({ name, ends, radiusM }) =>
        `<geom name="${name}" type="capsule" fromto="${join(ends)}" size="${radiusM}" contype="0" conaffinity="0"/>`,
    )
    .join('\n')
}
