import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { Engine } from '../../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { loadMujoco, type MujocoModule } from '../../../sim/engines/mujoco-scene.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import type { ObjectKind } from '../../../sim/scene/object.ts'
import { ITERATIONS, type PhysicsSubject, TIMESTEP_S } from '../reports/physics.ts'

/** Time step of the reference: pushes end within a millimetre of those at a quarter of it. */
export const REFERENCE_STEP_S = 0.001

export const CLOSED_FORM = 'closed form'
export const MUJOCO = 'MuJoCo 1 ms'

/** What an engine is made for. */
export interface SceneKind {
  readonly arm: ArmModel
  readonly objects: readonly ObjectKind[]
  readonly count: number
}

/** What the checks share: arms, and engines that live as long as one use of them. */
export class FidelitySetup {
  /** Arms whose gripper is closed for good. */
  readonly so101 = compileArm(loadArmDescription('so101'))
  readonly panda = compileArm(loadArmDescription('panda'))
  /** For the pushes. */
  readonly subject: PhysicsSubject
  private module: Promise<MujocoModule> | undefined

  constructor(subject: PhysicsSubject) {
    this.subject = subject
  }

  /** The training world: step and iterations as in training. */
  inRapier<T>(scene: SceneKind, use: (engine: Engine) => T, timestepS = TIMESTEP_S): Promise<T> {
    return using(createRapierEngine({ ...scene, timestepS, iterations: ITERATIONS }), use)
  }

  /** The reference, whose own step is shorter. */
  async inMujoco<T>(
    scene: SceneKind,
    use: (engine: Engine) => T,
    timestepS = TIMESTEP_S,
    ownStepS = REFERENCE_STEP_S,
  ): Promise<T> {
    this.module ??= loadMujoco()
    const substeps = Math.round(timestepS / ownStepS)
    const module = await this.module
    return using(createMujocoEngine({ ...scene, timestepS, substeps, module }), use)
  }

  /** The same in both. */
  async inBoth<T>(
    scene: SceneKind,
    use: (engine: Engine) => T,
    timestepS = TIMESTEP_S,
  ): Promise<{ readonly rapier: T; readonly mujoco: T }> {
    return {
      rapier: await this.inRapier(scene, use, timestepS),
      mujoco: await this.inMujoco(scene, use, timestepS),
    }
  }
}

async function using<T>(create: Promise<Engine>, use: (engine: Engine) => T): Promise<T> {
  const engine = await create
  try {
    return use(engine)
  } finally {
    engine.dispose()
  }
}
