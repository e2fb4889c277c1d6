import { nominalPhysics as nominalPhysicsOf } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { Physics } from '../../../sim/engines/engine.ts'

export const so101 = () => compileArm(loadArmDescription('so101'))
export const panda = () => compileArm(loadArmDescription('panda'))

/** The arm as described, standard gravity, a level table at the base's foot, an 80 g puck. */
export function nominalPhysics(arm: ArmModel): Physics {
  return nominalPhysicsOf(arm, { frictionTable: 0.3 })
}
