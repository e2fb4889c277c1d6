import type { ArmModel } from './arm.ts'
import { type ArmGeometry, createShapedArm, shapeArm } from './arm-geometry.ts'
import { type ActuatorInput, type ActuatorParameters, JointActuators } from './joint-actuators.ts'
import { ArmKinematics } from './kinematics.ts'
import { LinkBodies } from './link-bodies.ts'
import { addResistance } from './link-contact.ts'

/** Standard gravity of the nominal model, base frame [m/s²]. */
const NOMINAL_GRAVITY = Float64Array.of(0, 0, -9.81)

/** Physics of one arm, writable; nominal at first. Arrays [numJoints]. */
export interface ArmParameters extends ActuatorParameters {
  /** Mass of the link behind each joint [kg]. */
  readonly massKg: Float64Array
  /** Factor on the link's rotational inertia about its centre of mass. */
  readonly inertiaScale: Float64Array
}

/**
 * One arm moving under gravity, its actuators and outer forces, in joint space.
 *
 * After `reset` and after every `step`, `tip`, `tipVelocity`, `approach` and `kinematics` belong to `q`
 * and `qd`; whoever writes `q` or `qd` directly calls `place` before the next step.
 */
export class ArmDynamics {
  /** Joint positions and velocities [numJoints], [rad] and [rad/s]. */
  readonly q: Float64Array
  readonly qd: Float64Array
  /** Position set-points of the actuators [numJoints], [rad]. */
  readonly target: Float64Array
  /** Torque on the joints from outside [numJoints], [Nm]; kept until changed. */
  readonly externalTorque: Float64Array
  /** How much of it a joint loses per radian that it moves on [numJoints], [Nm/rad]; kept until changed. */
  readonly contactStiffness: Float64Array
  /** In the base frame [m/s²]. */
  readonly gravity = Float64Array.from(NOMINAL_GRAVITY)
  /** Tool point [m], its velocity [m/s] and the unit vector out through it, base frame [3]. */
  readonly tip: Float64Array
  readonly tipVelocity = new Float64Array(3)
  readonly approach: Float64Array
  /** Torque of motors and friction in the last step [numJoints], [Nm]. */
  readonly motorTorque: Float64Array
  readonly frictionTorque: Float64Array
  readonly parameters: ArmParameters
  /** The arm as built, with the geometry of the last `shape`; nominal at first. */
  readonly model: ArmModel
  /** Link frames of the present `q`. */
  readonly kinematics: ArmKinematics
  /** The arm as described: what its own controller knows. */
  readonly #nominal: ArmModel
  readonly #bodies: LinkBodies
  readonly #actuators: JointActuators
  readonly #input: ActuatorInput
  /** Of the tool point at the present `q`. */
  readonly #jacobian: Float64Array
  readonly #zero: Float64Array
  readonly #isCompensating: boolean
  /** The same arm in positions asked about, and the nominal one where this one stands. */
  readonly #askedKinematics: ArmKinematics
  readonly #askedBodies: LinkBodies
  readonly #nominalKinematics: ArmKinematics
  readonly #nominalBodies: LinkBodies

  constructor(nominal: ArmModel) {
    const n = nominal.numJoints
    const model = createShapedArm(nominal)
    this.#nominal = nominal
    this.model = model
    this.q = new Float64Array(n)
    this.qd = new Float64Array(n)
    this.target = new Float64Array(n)
    this.externalTorque = new Float64Array(n)
    this.contactStiffness = new Float64Array(n)
    this.parameters = nominalParameters(model)
    this.kinematics = new ArmKinematics(model)
    this.tip = this.kinematics.tip
    this.approach = this.kinematics.approach
    this.#bodies = new LinkBodies(model, this.kinematics, this.parameters)
    this.#actuators = new JointActuators(model, this.parameters)
    this.motorTorque = this.#actuators.motorTorque
    this.frictionTorque = this.#actuators.frictionTorque
    this.#input = {
      q: this.q,
      qd: this.qd,
      target: this.target,
      externalTorque: this.externalTorque,
      contactStiffness: this.contactStiffness,
      tipResistance: new Float64Array(n * n),
      isTipResisted: false,
      mass: new Float64Array(n * n),
      bias: new Float64Array(n),
      compensation: new Float64Array(n),
    }
    this.#jacobian = new Float64Array(6 * n)
    this.#zero = new Float64Array(n)
    this.#isCompensating = model.isGravityCompensated.some((flag) => flag === 1)
    this.#askedKinematics = new ArmKinematics(model)
    this.#askedBodies = new LinkBodies(model, this.#askedKinematics, this.parameters)
    this.#nominalKinematics = new ArmKinematics(nominal)
    const masses = nominalParameters(nominal)
    this.#nominalBodies = new LinkBodies(nominal, this.#nominalKinematics, masses)
    this.reset(model.restPose)
  }

  /** Gives the arm other lengths and centres of mass; `reset` or `place` comes next. */
  shape(geometry: ArmGeometry): void {
    shapeArm(this.#nominal, geometry, this.model)
  }

  /** Places the arm at rest, holding `q` [numJoints], without outer forces. Parameters stay. */
  reset(q: Float64Array): void {
    this.q.set(q)
    this.qd.fill(0)
    this.#lead()
    this.target.set(this.q)
    this.externalTorque.fill(0)
    this.contactStiffness.fill(0)
    this.releaseTip()
    this.#actuators.reset()
    this.place()
  }

  /** What the next steps depend on, less the parameters and gravity, which belong to the caller. */
  save() {
    const { q, qd, target, externalTorque, contactStiffness } = this
    const { mass } = this.#input
    const motion = structuredClone({ q, qd, target, externalTorque, contactStiffness, mass })
    return { ...motion, actuators: this.#actuators.save() }
  }

  restore(saved: ReturnType<ArmDynamics['save']>): void {
    this.q.set(saved.q)
    this.qd.set(saved.qd)
    this.target.set(saved.target)
    this.externalTorque.set(saved.externalTorque)
    this.contactStiffness.set(saved.contactStiffness)
    this.#actuators.restore(saved.actuators)
    this.place()
    // The mass matrix may be a few steps old.
    this.#input.mass.set(saved.mass)
  }

  /** Brings everything derived in line with `q`, `qd` and the parameters. */
  place(): void {
    this.kinematics.forward(this.q)
    this.#bodies.place()
    this.#bodies.massMatrix(this.#input.mass)
    this.#updateTipVelocity()
  }

  /** Sets `externalTorque` to what a force [N] at the tool point does, base frame. */
  setTipForce(fx: number, fy: number, fz: number): void {
    const n = this.model.numJoints
    if (fx === 0 && fy === 0 && fz === 0) {
      this.externalTorque.fill(0)
      return
    }
    const jacobian = this.#jacobian
    for (let i = 0; i < n; i++) {
      this.externalTorque[i] = jacobian[i]! * fx + jacobian[n + i]! * fy + jacobian[2 * n + i]! * fz
    }
  }

  /** As `setTipForce`, with a torque about the tool point besides, base frame [N], [Nm]; both [3]. */
  setTipWrench(force: Float64Array, torque: Float64Array): void {
    const n = this.model.numJoints
    const jacobian = this.#jacobian
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let k = 0; k < 3; k++) {
        sum += jacobian[k * n + i]! * force[k]! + jacobian[(k + 3) * n + i]! * torque[k]!
      }
      this.externalTorque[i] = sum
    }
  }

  /** Adds to `externalTorque` what a force at the tool point does, base frame [3], [N]. */
  addTipForce(force: Float64Array): void {
    const n = this.model.numJoints
    const [fx, fy, fz] = [force[0]!, force[1]!, force[2]!]
    if (fx === 0 && fy === 0 && fz === 0) return
    const jacobian = this.#jacobian
    for (let i = 0; i < n; i++) {
      const torque = jacobian[i]! * fx + jacobian[n + i]! * fy + jacobian[2 * n + i]! * fz
      this.externalTorque[i] = this.externalTorque[i]! + torque
    }
  }

  /**
   * Adds a resistance to the tool point's motion in the coming steps [N s/m], `along` a unit vector [3], base frame,
   * and `across` it. It is solved for implicitly, so it may be as great as a stiff contact's.
   */
  resistTip(normal: Float64Array, along: number, across: number): void {
    const input = this.#input
    if (!input.isTipResisted) input.tipResistance.fill(0)
    input.isTipResisted = true
    addResistance(this.#jacobian, normal, along, across, input.tipResistance)
  }

  /** Takes the tool point's resistances away. */
  releaseTip(): void {
    this.#input.isTipResisted = false
  }

  /**
   * Advances by `dtS` [s], semi-implicitly.
   * @param refreshMassMatrix - false reuses the last mass matrix, which changes little in a few
   *   milliseconds and takes a third of the time
   */
  step(dtS: number, refreshMassMatrix: boolean): void {
    const { numJoints, lower, upper } = this.model
    const { q, qd } = this
    this.#bodies.place()
    this.#bodies.bias(qd, this.gravity, this.#input.bias)
    if (refreshMassMatrix) this.#bodies.massMatrix(this.#input.mass)
    if (this.#isCompensating) this.#compensateGravity()
    this.#actuators.solve(this.#input, dtS)
    const acceleration = this.#actuators.acceleration
    for (let i = 0; i < numJoints; i++) {
      const speed = qd[i]! + dtS * acceleration[i]!
      const position = q[i]! + dtS * speed
      const isBelow = position < lower[i]!
      const isAbove = position > upper[i]!
      q[i] = isBelow ? lower[i]! : isAbove ? upper[i]! : position
      qd[i] = (isBelow && speed < 0) || (isAbove && speed > 0) ? 0 : speed
    }
    this.#lead()
    this.kinematics.forward(q)
    this.#updateTipVelocity()
  }

  /** Torque that holds joint acceleration at zero: gravity and velocity terms [numJoints], [Nm]. */
  biasTorque(q: Float64Array, qd: Float64Array, out: Float64Array): void {
    this.#ask(q)
    this.#askedBodies.bias(qd, this.gravity, out)
  }

  /** Torque that holds the arm still against gravity [numJoints], [Nm]. */
  gravityTorque(q: Float64Array, out: Float64Array): void {
    this.biasTorque(q, this.#zero, out)
  }

  /** Joint-space inertia of the links, without armature [numJoints, numJoints]. */
  massMatrix(q: Float64Array, out: Float64Array): void {
    this.#ask(q)
    this.#askedBodies.massMatrix(out)
  }

  /** Puts the followers where their leaders have them. */
  #lead(): void {
    const { q, qd } = this
    for (const { leader, follower, ratio, offset } of this.model.mimics) {
      q[follower] = ratio * q[leader]! + offset
      qd[follower] = ratio * qd[leader]!
    }
  }

  #ask(q: Float64Array): void {
    this.#askedKinematics.forward(q)
    this.#askedBodies.place()
  }

  /** The arm's controller knows the nominal arm, standing upright: what differs is not cancelled. */
  #compensateGravity(): void {
    const { isGravityCompensated, numJoints } = this.model
    const { compensation } = this.#input
    this.#nominalKinematics.forward(this.q)
    this.#nominalBodies.place()
    this.#nominalBodies.bias(this.#zero, NOMINAL_GRAVITY, compensation)
    for (let i = 0; i < numJoints; i++) {
      if (isGravityCompensated[i] === 0) compensation[i] = 0
    }
  }

  #updateTipVelocity(): void {
    const n = this.model.numJoints
    const { tipVelocity, qd } = this
    const jacobian = this.#jacobian
    this.kinematics.jacobian(jacobian)
    let x = 0
    let y = 0
    let z = 0
    for (let i = 0; i < n; i++) {
      const speed = qd[i]!
      x += jacobian[i]! * speed
      y += jacobian[n + i]! * speed
      z += jacobian[2 * n + i]! * speed
    }
    tipVelocity[0] = x
    tipVelocity[1] = y
    tipVelocity[2] = z
  }
}

function nominalParameters(model: ArmModel): ArmParameters {
  const n = model.numJoints
  return {
    massKg: Float64Array.from(model.massKg),
    inertiaScale: new Float64Array(n).fill(1),
    stiffness: Float64Array.from(model.stiffnessNmPerRad),
    damping: Float64Array.from(model.dampingNmSPerRad),
    coulomb: Float64Array.from(model.coulombNm),
    loadFriction: new Float64Array(n),
    armature: Float64Array.from(model.armatureKgM2),
    stallTorque: Float64Array.from(model.stallTorqueNm),
    backlash: Float64Array.from(model.backlashRad),
    deadBand: new Float64Array(n),
    voltageSag: 0,
  }
}
