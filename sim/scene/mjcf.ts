import type { ArmModel } from '../../robot/model/arm.ts'
import type { LinkCapsule } from '../../robot/model/link-capsules.ts'
import type { Physics } from '../engines/engine.ts'
import { type ArmDrive, type ArmTouch, armToMjcf, touchingGeoms } from './mjcf-arm.ts'
import { join, NAMES } from './mjcf-names.ts'
import { surroundingsToMjcf } from './mjcf-surroundings.ts'

export interface MjcfScene {
  readonly arm: ArmModel
  readonly physics: Physics
  readonly timestepS: number
  readonly drive: ArmDrive
  /** Default: fingers, where the arm has a gripper that moves. */
  readonly touch?: ArmTouch
  /** Rods of links that lie on the table when nothing holds them; default: none, as in training. */
  readonly rods?: readonly LinkCapsule[]
}

/** Without them MuJoCo's soft friction lets a held object creep. */
const NOSLIP_ITERATIONS = 10

/** What a compiled arm touches things with. */
function touchOf(arm: ArmModel): ArmTouch {
  return arm.gripper === undefined ? 'tip' : 'fingers'
}

/**
 * MJCF text of one arm with its table and its objects, in the arm's base frame.
 *
 * Elliptic cones, and a contact time constant of 4 ms: with MuJoCo's defaults a pushed puck turns 18° less
 * than planar Coulomb friction says. Friction a thousand times as stiff as the normal (impratio), so that nothing
 * creeps. Automatic reset after a divergence is off, so that a divergence can be seen. 256 KB of arena instead of 13 MB. Inertia that no body can
 * have (two moments smaller together than the third: one published link of the Panda) is replaced
 * by its mean, since MuJoCo refuses it.
 */
export function sceneToMjcf(scene: MjcfScene): string {
  const { gravity } = scene.physics
  const touch = scene.touch ?? touchOf(scene.arm)
  const rods = scene.rods ?? []
  const arm = armToMjcf({ ...scene, touch, rods })
  const surroundings = surroundingsToMjcf(scene.physics, {
    touch,
    touching: touchingGeoms(scene.arm, touch),
    lying: rods.map((_, index) => NAMES.rod(index)),
  })
  return `<mujoco model="${scene.arm.name}">
<compiler angle="radian" autolimits="true" inertiafromgeom="false" balanceinertia="true"/>
<size memory="256K"/>
<option timestep="${scene.timestepS}" integrator="implicitfast" cone="elliptic" impratio="1000" noslip_iterations="${touch === 'fingers' ? NOSLIP_ITERATIONS : 0}" gravity="${join(gravity)}"><flag autoreset="disable"/></option>
<worldbody>
${arm.bodies}
${surroundings.bodies}
</worldbody>
<contact>
${surroundings.pairs}
</contact>
<equality>
${arm.equalities}
</equality>
<actuator>
${arm.actuators}
</actuator>
<sensor>
${arm.sensors}
</sensor>
</mujoco>`
}
