import loadModule, { type MainModule } from '@mujoco/mujoco'
import type { ArmModel } from '../../../robot/model/arm.ts'

export interface MujocoArmOptions {
  readonly timestepS?: number
  readonly gravity?: readonly [number, number, number]
  /** Position actuators with the model's gains and limits, joint friction and armature; default none. */
  readonly isActuated?: boolean
}

const sharedModule = loadModule()

/** The arm as MuJoCo understands it, written independently of our own recursions. */
export class MujocoArm {
  readonly #module: MainModule
  readonly #model
  readonly #state
  readonly #n: number

  static async load(arm: ArmModel, options: MujocoArmOptions = {}): Promise<MujocoArm> {
    return MujocoArm.fromMjcf(armToMjcf(arm, options), arm.numJoints)
  }

  /** An arm that MuJoCo reads from a description of somebody else. */
  static async fromMjcf(mjcf: string, numJoints: number): Promise<MujocoArm> {
    return new MujocoArm(await sharedModule, mjcf, numJoints)
  }

  private constructor(module: MainModule, mjcf: string, numJoints: number) {
    this.#module = module
    this.#model = module.MjModel.from_xml_string(mjcf)
    this.#state = new module.MjData(this.#model)
    this.#n = numJoints
  }

  set(q: Float64Array, qd: Float64Array): void {
    this.#state.qpos.set(q)
    this.#state.qvel.set(qd)
    this.#module.mj_forward(this.#model, this.#state)
  }

  get q(): Float64Array {
    return Float64Array.from(this.#state.qpos as Float64Array)
  }

  /** Places of the sites [numSites, 3]. */
  get sites(): Float64Array {
    return Float64Array.from(this.#state.site_xpos as Float64Array)
  }

  /** Limits of the joints [numJoints, 2]. */
  get limits(): Float64Array {
    return Float64Array.from(this.#model.jnt_range as Float64Array)
  }

  get totalMassKg(): number {
    return (this.#model.body_mass as Float64Array).reduce((sum, mass) => sum + mass, 0)
  }

  get bias(): Float64Array {
    return Float64Array.from(this.#state.qfrc_bias as Float64Array)
  }

  /** Columns of the mass matrix, one product each. */
  massMatrix(): Float64Array {
    const n = this.#n
    const out = new Float64Array(n * n)
    const product = new this.#module.DoubleBuffer(n)
    for (let j = 0; j < n; j++) {
      const unit = new Array<number>(n).fill(0)
      unit[j] = 1
      this.#module.mj_mulM(this.#model, this.#state, product, unit)
      const column = product.GetView() as Float64Array
      for (let i = 0; i < n; i++) out[i * n + j] = column[i]!
    }
    product.delete()
    return out
  }

  step(target: Float64Array, count: number): void {
    this.#state.ctrl.set(target)
    for (let k = 0; k < count; k++) this.#module.mj_step(this.#model, this.#state)
  }

  dispose(): void {
    this.#state.delete()
    this.#model.delete()
  }
}

function armToMjcf(arm: ArmModel, options: MujocoArmOptions): string {
  const isActuated = options.isActuated ?? false
  const body = (i: number): string => {
    const children = arm.jointNames.map((_, k) => k).filter((k) => arm.parent[k] === i)
    const [x, y, z, w] = arm.originQuaternion.subarray(4 * i, 4 * i + 4)
    const numbers = (values: Float64Array, size: number) =>
      values.subarray(size * i, size * i + size).join(' ')
    const passive = isActuated
      ? `armature="${arm.armatureKgM2[i]}" frictionloss="${arm.coulombNm[i]}" damping="${arm.isDampingControlled[i] ? 0 : arm.dampingNmSPerRad[i]}"`
      : ''
    return `<body pos="${numbers(arm.originPosition, 3)}" quat="${w} ${x} ${y} ${z}">
      <joint name="j${i}" type="${arm.isPrismatic[i] ? 'slide' : 'hinge'}" axis="${numbers(arm.axis, 3)}" ${passive}/>
      <inertial pos="${numbers(arm.comM, 3)}" mass="${arm.massKg[i]}" fullinertia="${numbers(arm.inertiaKgM2, 6)}"/>
      ${children.map(body).join('\n')}
    </body>`
  }
  const roots = arm.jointNames.map((_, k) => k).filter((k) => arm.parent[k] === -1)
  const actuators = arm.jointNames.map((_, i) => {
    const kv = arm.isDampingControlled[i] ? arm.dampingNmSPerRad[i] : 0
    return `<position joint="j${i}" kp="${arm.stiffnessNmPerRad[i]}" kv="${kv}" forcerange="${-arm.stallTorqueNm[i]!} ${arm.stallTorqueNm[i]}"/>`
  })
  const gravity = options.gravity ?? [0, 0, -9.81]
  return `<mujoco>
    <compiler angle="radian" autolimits="true"/>
    <option timestep="${options.timestepS ?? 0.0005}" gravity="${gravity.join(' ')}" integrator="implicitfast"/>
    <worldbody>${roots.map(body).join('\n')}</worldbody>
    <actuator>${isActuated ? actuators.join('\n') : ''}</actuator>
  </mujoco>`
}
