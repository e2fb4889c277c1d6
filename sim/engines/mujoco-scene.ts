import type { MainModule, MjData, MjModel } from '@mujoco/mujoco'
import { CodedError } from '../../configs/load/coded-error.ts'

export type MujocoModule = MainModule

/**
 * A fresh copy of the WebAssembly module with memory of its own; takes about 0.2 s. Who never asks for it
 * does not load MuJoCo.
 */
export async function loadMujoco(): Promise<MujocoModule> {
  const { default: loadModule } = await import('@mujoco/mujoco')
  return loadModule()
}

/** Arrays of a compiled scene that a program reads and writes: memory of the module, not copies. */
export interface MujocoViews {
  readonly qpos: Float64Array
  readonly qvel: Float64Array
  readonly ctrl: Float64Array
  readonly qfrcApplied: Float64Array
  /** Force and torque on the centre of mass of each body, world frame [n, 6]. */
  readonly xfrcApplied: Float64Array
  readonly qfrcActuator: Float64Array
  readonly sensordata: Float64Array
  /** Per body: position [n, 3], orientation w x y z [n, 4], centre of mass [n, 3]. */
  readonly xpos: Float64Array
  readonly xquat: Float64Array
  readonly xipos: Float64Array
  /** Per joint, in the base frame [n, 3]. */
  readonly xanchor: Float64Array
  readonly xaxis: Float64Array
  /** Read by MuJoCo at every step [numDofs]. */
  readonly frictionLoss: Float64Array
}

/**
 * One compiled scene and its state, with views that stay valid: growing memory detaches every view of
 * the module without a word, so `views` fetches them anew when that has happened.
 */
export class MujocoScene {
  readonly #module: MujocoModule
  readonly #model: MjModel
  readonly #state: MjData
  #views: MujocoViews

  /** @param mjcf - text from `sceneToMjcf` */
  constructor(module: MujocoModule, mjcf: string) {
    this.#module = module
    this.#model = compile(module, mjcf)
    this.#state = new module.MjData(this.#model)
    this.#views = fetchViews(this.#model, this.#state)
  }

  get views(): MujocoViews {
    if (this.#views.qpos.length === 0) this.#views = fetchViews(this.#model, this.#state)
    return this.#views
  }

  step(): void {
    this.#module.mj_step(this.#model, this.#state)
  }

  /** Brings positions of bodies, anchors and axes up to date with `qpos`. */
  updateKinematics(): void {
    this.#module.mj_kinematics(this.#model, this.#state)
  }

  /** Everything that the next steps depend on: MuJoCo's own state, and the torques that friction follows. */
  save(): { readonly state: Float64Array; readonly qfrcActuator: Float64Array } {
    const module = this.#module
    const kind = module.mjtState.mjSTATE_INTEGRATION.value
    const buffer = new module.DoubleBuffer(module.mj_stateSize(this.#model, kind))
    module.mj_getState(this.#model, this.#state, buffer, kind)
    const state = Float64Array.from(buffer.GetView())
    buffer.delete()
    return { state, qfrcActuator: this.views.qfrcActuator.slice() }
  }

  /** Goes on from what a scene of the same model saved, kinematics included. */
  restore({ state, qfrcActuator }: ReturnType<MujocoScene['save']>): void {
    const kind = this.#module.mjtState.mjSTATE_INTEGRATION.value
    // The bindings copy any array of numbers.
    this.#module.mj_setState(this.#model, this.#state, state as unknown as number[], kind)
    this.views.qfrcActuator.set(qfrcActuator)
    this.updateKinematics()
  }

  /** Everything at rest in the zero pose, time 0, no memory of earlier steps. */
  reset(): void {
    this.#module.mj_resetData(this.#model, this.#state)
  }

  /** Number of a link's body, for `xpos`, `xquat` and `xipos`. */
  bodyOf(name: string): number {
    return this.#numberOf('mjOBJ_BODY', name)
  }

  /** Number of a joint, for `xanchor` and `xaxis`. */
  jointOf(name: string): number {
    return this.#numberOf('mjOBJ_JOINT', name)
  }

  /** Where a joint's coordinates begin in `qpos`, and its velocities in `qvel`. */
  addressOf(name: string): { readonly position: number; readonly velocity: number } {
    const joint = this.jointOf(name)
    const position = (this.#model.jnt_qposadr as Int32Array)[joint]!
    return { position, velocity: (this.#model.jnt_dofadr as Int32Array)[joint]! }
  }

  dispose(): void {
    this.#state.delete()
    this.#model.delete()
  }

  #numberOf(kind: 'mjOBJ_BODY' | 'mjOBJ_JOINT', name: string): number {
    return this.#module.mj_name2id(this.#model, this.#module.mjtObj[kind].value, name)
  }
}

function compile(module: MujocoModule, mjcf: string): MjModel {
  try {
    return module.MjModel.from_xml_string(mjcf)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.trim() : String(cause)
    throw new CodedError('SIM_ENGINE_INVALID', `MuJoCo refuses the scene: ${reason}`, {
      hint: 'check masses, inertias and joint limits of the arm',
      details: { mjcf },
      cause,
    })
  }
}

function fetchViews(model: MjModel, state: MjData): MujocoViews {
  return {
    qpos: state.qpos,
    qvel: state.qvel,
    ctrl: state.ctrl,
    qfrcApplied: state.qfrc_applied,
    xfrcApplied: state.xfrc_applied,
    qfrcActuator: state.qfrc_actuator,
    sensordata: state.sensordata,
    xpos: state.xpos,
    xquat: state.xquat,
    xipos: state.xipos,
    xanchor: state.xanchor,
    xaxis: state.xaxis,
    frictionLoss: model.dof_frictionloss,
  }
}
