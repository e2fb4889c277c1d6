/**
 * An arm compiled for computing: active joints only, everything that is frozen lumped into its parent link.
 *
 * Base frame, right-handed, as in ROS:
 *
 *         z up
 *         |   x forward, away from the arm's back
 *         |  /
 *         | /
 *   y left +------
 *
 * Quaternions are x, y, z, w everywhere. SI units.
 */
export interface ArmModel {
  readonly name: string
  /** Active joints in base-to-tool order. */
  readonly jointNames: readonly string[]
  readonly numJoints: number
  /** Each joint moves one link; index of the joint that carries the parent link, -1 for the base [numJoints]. */
  readonly parent: Int32Array
  readonly isPrismatic: Uint8Array
  /** Placement of the joint frame in the parent's link frame: [numJoints, 3] and [numJoints, 4]. */
  readonly originPosition: Float64Array
  readonly originQuaternion: Float64Array
  /** Unit axis in the joint frame [numJoints, 3]. */
  readonly axis: Float64Array
  /** Inertia of the lumped link in its own frame: mass [n], centre [n, 3], ixx iyy izz ixy ixz iyz about it [n, 6]. */
  readonly massKg: Float64Array
  readonly comM: Float64Array
  readonly inertiaKgM2: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Nominal actuators [numJoints]; see `arm.schema.ts`. */
  readonly stiffnessNmPerRad: Float64Array
  readonly dampingNmSPerRad: Float64Array
  readonly coulombNm: Float64Array
  readonly armatureKgM2: Float64Array
  readonly stallTorqueNm: Float64Array
  readonly maxSpeedRadPerS: Float64Array
  /** Infinite where the goal has no ramp. */
  readonly maxAccelerationRadPerS2: Float64Array
  readonly backlashRad: Float64Array
  readonly isGravityCompensated: Uint8Array
  /** 1 where the damping is part of the controller's limited torque, 0 where it is friction of the joint. */
  readonly isDampingControlled: Uint8Array
  /** Joints geared to another: they have no motor, and q[follower] = ratio · q[leader] + offset. */
  readonly mimics: readonly Mimic[]
  /** The tool point: link that carries it, placement in that link, direction from wrist through tool [3]. */
  readonly tool: {
    readonly link: number
    readonly position: Float64Array
    readonly quaternion: Float64Array
    /** In the link frame, unit. */
    readonly approach: Float64Array
    readonly tipRadiusM: number
    readonly tipLengthM: number
  }
  /** What takes hold of objects; undefined where it is frozen, or there is none. */
  readonly gripper: GripperModel | undefined
  /** [numJoints] */
  readonly restPose: Float64Array
}

export interface Mimic {
  readonly leader: number
  readonly follower: number
  readonly ratio: number
  readonly offset: number
}

export interface GripperModel {
  /** Joint that opens and closes it, and where it is open and closed [rad or m]. */
  readonly joint: number
  readonly open: number
  readonly closed: number
  /** Whether one jaw stays where the tool point is; else both move away from it. */
  readonly hasFixedJaw: boolean
  /** Unit vector in the tool frame, from a fixed jaw towards the moving one, or along parallel ones [3]. */
  readonly opens: Float64Array
  /** What touches objects: at least two, on different links. */
  readonly fingers: readonly Finger[]
}

/** Boxes fixed to one link. */
export interface Finger {
  readonly link: number
  readonly pads: readonly {
    /** Placement in the link's frame [3], [4]. */
    readonly position: Float64Array
    readonly quaternion: Float64Array
    readonly halfSizeM: Float64Array
  }[]
}
