import type { ArmModel } from '../../robot/model/arm.ts'
import type { SceneAddresses } from './mujoco-readout.ts'
import type { MujocoScene } from './mujoco-scene.ts'

/** What an arm's own controller believes gravity to be, in its base frame [m/s²]. */
const NOMINAL_GRAVITY_Z = -9.81

/**
 * Applies, at each joint whose controller cancels gravity, the torque that would hold the nominal
 * links still. True masses and true gravity may differ: the rest is error, as on the real arm.
 */
export function compensateGravity(
  arm: ArmModel,
  scene: MujocoScene,
  addresses: SceneAddresses,
): void {
  const { xipos, xanchor, xaxis, qfrcApplied } = scene.views
  for (let joint = 0; joint < arm.numJoints; joint++) qfrcApplied[addresses.joint[joint]!] = 0
  for (let link = 0; link < arm.numJoints; link++) {
    const centre = 3 * addresses.body[link]!
    const weight = arm.massKg[link]! * NOMINAL_GRAVITY_Z
    for (let joint = link; joint >= 0; joint = arm.parent[joint]!) {
      if (!arm.isGravityCompensated[joint]) continue
      const at = 3 * addresses.jointNumber[joint]!
      const dx = xipos[centre]! - xanchor[at]!
      const dy = xipos[centre + 1]! - xanchor[at + 1]!
      // Torque of a force along z about the axis: (d × F)·a with F = (0, 0, weight).
      const lever = arm.isPrismatic[joint] ? xaxis[at + 2]! : dy * xaxis[at]! - dx * xaxis[at + 1]!
      const address = addresses.joint[joint]!
      qfrcApplied[address] = qfrcApplied[address]! - lever * weight
    }
  }
}
