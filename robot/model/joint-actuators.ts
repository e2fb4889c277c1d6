import type { ArmModel, Mimic } from './arm.ts'
import { choleskySolve } from './cholesky.ts'

const MAX_SWEEPS = 40
/** Change of joint speed below which friction counts as solved [rad/s]. */
const SPEED_TOLERANCE = 1e-8

/** What one step needs to know about the arm; arrays [numJoints] unless said otherwise. */
export interface ActuatorInput {
  readonly q: Float64Array
  readonly qd: Float64Array
  readonly target: Float64Array
  /** Joint-space inertia of the links [numJoints, numJoints]. */
  readonly mass: Float64Array
  readonly bias: Float64Array
  readonly externalTorque: Float64Array
  /** How much the outer torque falls per radian that the joint moves on. */
  readonly contactStiffness: Float64Array
  /** What the outer torque falls by per joint speed [numJoints, numJoints], [Nm s/rad]. */
  readonly tipResistance: Float64Array
  /** Whether it counts. */
  isTipResisted: boolean
  /** Torque the arm's own controller adds against gravity. */
  readonly compensation: Float64Array
}

/** Actuator constants of one arm, writable [numJoints]; see `arm.schema.ts` for meaning and units. */
export interface ActuatorParameters {
  readonly stiffness: Float64Array
  readonly damping: Float64Array
  readonly coulomb: Float64Array
  /** Share of the actuator's torque that is lost to friction, 0..1. */
  readonly loadFriction: Float64Array
  readonly armature: Float64Array
  readonly stallTorque: Float64Array
  readonly backlash: Float64Array
  /** Error that the position loop ignores, to each side. */
  readonly deadBand: Float64Array
  /** Share of the supply's voltage that is lost when every motor stalls, 0..1; a number for the arm. */
  voltageSag: number
}

/**
 * Joint accelerations of position-controlled joints with dry friction, by one implicit Euler step:
 *
 *   (M + armature) a = motor + friction - viscous - bias + external
 *   motor    = clamp(V stiffness · deadZone(target - q⁺) - controller damping · qd⁺ + compensation, ± V stall)
 *   friction in ± (coulomb + loadFriction · |motor|), sticks where it can
 *   external = externalTorque - contactStiffness · dt qd⁺ - tipResistance qd⁺
 *
 * with qd⁺ = qd + dt a and q⁺ = q + dt qd⁺, so that stiff gains stay stable at long steps. V is the share of
 * the supply's voltage that the last step's load left: a motor's duty turns it into torque. Dead zone and
 * clamp take the branch that the motion without acceleration predicts. Friction is solved at velocity
 * level by projected Gauss-Seidel, started from the last step's friction.
 */
export class JointActuators {
  /** Result of `solve` [numJoints]: acceleration, motor torque and friction torque. */
  readonly acceleration: Float64Array
  readonly motorTorque: Float64Array
  readonly frictionTorque: Float64Array
  readonly #n: number
  readonly #isDampingControlled: Uint8Array
  readonly #mimics: readonly Mimic[]
  /** 1 for joints without a motor of their own. */
  readonly #isFollower: Uint8Array
  readonly #parameters: ActuatorParameters
  /** System matrix, its Cholesky factor [n, n], and right-hand side [n]. */
  readonly #matrix: Float64Array
  readonly #factor: Float64Array
  readonly #rhs: Float64Array
  /** Motor torque at zero acceleration, its loss per unit acceleration, friction bound. */
  readonly #motorAtRest: Float64Array
  readonly #motorSlope: Float64Array
  readonly #frictionBound: Float64Array
  readonly #isSaturated: Uint8Array
  /** Share of the nominal supply in this step. */
  #voltage = 1

  constructor(model: ArmModel, parameters: ActuatorParameters) {
    const n = model.numJoints
    this.#n = n
    this.#isDampingControlled = model.isDampingControlled
    this.#mimics = model.mimics
    this.#isFollower = new Uint8Array(n)
    for (const { follower } of model.mimics) this.#isFollower[follower] = 1
    this.#parameters = parameters
    this.acceleration = new Float64Array(n)
    this.motorTorque = new Float64Array(n)
    this.frictionTorque = new Float64Array(n)
    this.#matrix = new Float64Array(n * n)
    this.#factor = new Float64Array(n * n)
    this.#rhs = new Float64Array(n)
    this.#motorAtRest = new Float64Array(n)
    this.#motorSlope = new Float64Array(n)
    this.#frictionBound = new Float64Array(n)
    this.#isSaturated = new Uint8Array(n)
  }

  /** Forgets the last step's friction. */
  reset(): void {
    this.acceleration.fill(0)
    this.motorTorque.fill(0)
    this.frictionTorque.fill(0)
  }

  save() {
    const { motorTorque, frictionTorque } = this
    return structuredClone({ motorTorque, frictionTorque })
  }

  restore(saved: ReturnType<JointActuators['save']>): void {
    this.motorTorque.set(saved.motorTorque)
    this.frictionTorque.set(saved.frictionTorque)
  }

  /** Fills `acceleration`, `motorTorque` and `frictionTorque` for a step of `dtS`. */
  solve(input: ActuatorInput, dtS: number): void {
    this.#voltage = this.#supplyShare()
    this.#predictMotors(input, dtS)
    this.#isSaturated.fill(0)
    this.#solveOnce(input, dtS)
    if (this.#findSaturated()) this.#solveOnce(input, dtS)
    for (let i = 0; i < this.#n; i++) {
      this.motorTorque[i] =
        this.#isSaturated[i] === 1
          ? this.#motorAtRest[i]!
          : this.#motorAtRest[i]! - this.#motorSlope[i]! * this.acceleration[i]!
    }
  }

  /** What the last step's torques leave of the supply; current goes with torque. */
  #supplyShare(): number {
    const { voltageSag, stallTorque } = this.#parameters
    if (voltageSag === 0) return 1
    let load = 0
    let most = 0
    for (let i = 0; i < this.#n; i++) {
      load += Math.abs(this.motorTorque[i]!)
      most += stallTorque[i]!
    }
    return 1 - (voltageSag * load) / most
  }

  /** Motor torque as a linear function of the acceleration, and the friction it brings along. */
  #predictMotors(input: ActuatorInput, dtS: number): void {
    const { q, qd, target, compensation } = input
    const { stiffness, damping, coulomb, loadFriction, stallTorque } = this.#parameters
    const { backlash, deadBand } = this.#parameters
    for (let i = 0; i < this.#n; i++) {
      const error = target[i]! - q[i]! - dtS * qd[i]!
      const half = backlash[i]! / 2
      const slack = error > half ? error - half : error < -half ? error + half : 0
      const isIgnored = Math.abs(slack) < deadBand[i]! || (slack === 0 && half > 0)
      const gain = isIgnored || this.#isFollower[i] === 1 ? 0 : this.#voltage * stiffness[i]!
      const isControlled = this.#isDampingControlled[i] === 1 && this.#isFollower[i] === 0
      const control = isControlled ? damping[i]! : 0
      const torque = gain * slack - control * qd[i]! + compensation[i]!
      const stall = this.#voltage * stallTorque[i]!
      this.#motorAtRest[i] = torque
      this.#motorSlope[i] = dtS * (control + dtS * gain)
      const load = Math.min(Math.abs(torque), stall)
      this.#frictionBound[i] = coulomb[i]! + loadFriction[i]! * load
    }
  }

  /** Marks the joints whose motor would exceed its limit and fixes their torque; whether there are any. */
  #findSaturated(): boolean {
    const { stallTorque } = this.#parameters
    let isAny = false
    for (let i = 0; i < this.#n; i++) {
      const torque = this.#motorAtRest[i]! - this.#motorSlope[i]! * this.acceleration[i]!
      const stall = this.#voltage * stallTorque[i]!
      if (torque <= stall && torque >= -stall) continue
      this.#isSaturated[i] = 1
      this.#motorAtRest[i] = torque > 0 ? stall : -stall
      isAny = true
    }
    return isAny
  }

  #solveOnce(input: ActuatorInput, dtS: number): void {
    const { qd, mass, bias, externalTorque, contactStiffness } = input
    const { damping, armature } = this.#parameters
    const n = this.#n
    const matrix = this.#matrix
    const rhs = this.#rhs
    const acceleration = this.acceleration
    const frictionTorque = this.frictionTorque
    const isDampingControlled = this.#isDampingControlled
    const isSaturated = this.#isSaturated
    const motorSlope = this.#motorSlope
    const motorAtRest = this.#motorAtRest
    const frictionBound = this.#frictionBound
    matrix.set(mass)
    for (let i = 0; i < n; i++) {
      const viscous = isDampingControlled[i] === 1 ? 0 : damping[i]!
      const slope = isSaturated[i] === 1 ? 0 : motorSlope[i]!
      const diagonal = i * n + i
      const resistance = viscous + dtS * contactStiffness[i]!
      matrix[diagonal] = matrix[diagonal]! + armature[i]! + dtS * resistance + slope
      rhs[i] = motorAtRest[i]! - resistance * qd[i]! - bias[i]! + externalTorque[i]!
      const bound = frictionBound[i]!
      const friction = Math.min(bound, Math.max(-bound, frictionTorque[i]!))
      frictionTorque[i] = friction
      acceleration[i] = rhs[i]! + friction
    }
    if (input.isTipResisted) this.#resist(input, dtS)
    for (const mimic of this.#mimics) this.#mergeIntoLeader(mimic)
    choleskySolve(matrix, this.#factor, acceleration, n)
    this.#solveFriction(qd, dtS)
    for (const { leader, follower, ratio } of this.#mimics) {
      acceleration[follower] = ratio * acceleration[leader]!
    }
  }

  #resist({ qd, tipResistance }: ActuatorInput, dtS: number): void {
    const n = this.#n
    for (let i = 0; i < n; i++) {
      let drag = 0
      for (let j = 0; j < n; j++) {
        const resistance = tipResistance[i * n + j]!
        this.#matrix[i * n + j] = this.#matrix[i * n + j]! + dtS * resistance
        drag += resistance * qd[j]!
      }
      this.#rhs[i] = this.#rhs[i]! - drag
      this.acceleration[i] = this.acceleration[i]! - drag
    }
  }

  /** What moves, brakes and weighs down the follower acts on the leader: rows and columns are added to its. */
  #mergeIntoLeader({ leader, follower, ratio }: Mimic): void {
    const n = this.#n
    const matrix = this.#matrix
    for (let j = 0; j < n; j++) {
      matrix[leader * n + j] = matrix[leader * n + j]! + ratio * matrix[follower * n + j]!
    }
    for (let i = 0; i < n; i++) {
      matrix[i * n + leader] = matrix[i * n + leader]! + ratio * matrix[i * n + follower]!
    }
    for (let i = 0; i < n; i++) {
      matrix[i * n + follower] = 0
      matrix[follower * n + i] = 0
    }
    matrix[follower * n + follower] = 1
    for (let k = 0; k < 2; k++) {
      const vector = k === 0 ? this.#rhs : this.acceleration
      vector[leader] = vector[leader]! + ratio * vector[follower]!
      vector[follower] = 0
    }
    this.#frictionBound[leader] =
      this.#frictionBound[leader]! + Math.abs(ratio) * this.#frictionBound[follower]!
    this.#frictionBound[follower] = 0
  }

  /** Projected Gauss-Seidel: friction brings each joint to rest, or stays at its bound. */
  #solveFriction(qd: Float64Array, dtS: number): void {
    const n = this.#n
    const matrix = this.#matrix
    const acceleration = this.acceleration
    const frictionTorque = this.frictionTorque
    const frictionBound = this.#frictionBound
    const rhs = this.#rhs
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      let change = 0
      for (let i = 0; i < n; i++) {
        const row = i * n
        const diagonal = matrix[row + i]!
        const before = acceleration[i]!
        let drive = rhs[i]! + diagonal * before
        for (let j = 0; j < n; j++) drive -= matrix[row + j]! * acceleration[j]!
        const bound = frictionBound[i]!
        const stopping = (-diagonal * qd[i]!) / dtS - drive
        const friction = Math.max(-bound, Math.min(bound, stopping))
        const after = (drive + friction) / diagonal
        frictionTorque[i] = friction
        acceleration[i] = after
        const difference = after > before ? after - before : before - after
        if (difference > change) change = difference
      }
      if (change * dtS < SPEED_TOLERANCE) return
    }
  }
}
