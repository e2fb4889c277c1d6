import type { XmlElement } from './xml.ts'

/** Translation [m] and roll, pitch, yaw [rad]. */
export interface UrdfPose {
  readonly xyzM: readonly [number, number, number]
  readonly rpyRad: readonly [number, number, number]
}

export interface UrdfInertial {
  readonly massKg: number
  readonly comM: readonly [number, number, number]
  /** ixx iyy izz ixy ixz iyz about the centre of mass, in the link frame [kg m²]. */
  readonly inertiaKgM2: readonly [number, number, number, number, number, number]
}

export type UrdfGeometry =
  | { readonly kind: 'box'; readonly halfSizeM: readonly [number, number, number] }
  | { readonly kind: 'cylinder'; readonly radiusM: number; readonly lengthM: number }
  | { readonly kind: 'sphere'; readonly radiusM: number }
  | {
      readonly kind: 'mesh'
      readonly file: string
      readonly scale: readonly [number, number, number]
    }

export interface UrdfShape {
  readonly pose: UrdfPose
  readonly geometry: UrdfGeometry
  readonly element: XmlElement
}

export interface UrdfLink {
  readonly name: string
  readonly inertial: UrdfInertial | null
  readonly collisions: readonly UrdfShape[]
  readonly visuals: readonly UrdfShape[]
  readonly element: XmlElement
}

export const URDF_JOINT_TYPES = ['fixed', 'revolute', 'continuous', 'prismatic'] as const
export type UrdfJointType = (typeof URDF_JOINT_TYPES)[number]

export interface UrdfJoint {
  readonly name: string
  readonly type: UrdfJointType
  readonly parent: string
  readonly child: string
  readonly origin: UrdfPose
  /** In the joint frame, unit. */
  readonly axis: readonly [number, number, number]
  /** [rad] or [m]; null for joints without limits. */
  readonly limits: { readonly lower: number; readonly upper: number } | null
  /** [Nm] or [N], [rad/s] or [m/s]; null where the file says nothing. */
  readonly effort: number | null
  readonly velocity: number | null
  readonly damping: number | null
  readonly friction: number | null
  readonly mimic: {
    readonly joint: string
    readonly multiplier: number
    readonly offset: number
  } | null
  readonly element: XmlElement
}

/** A robot as its URDF says it, checked: one tree, each joint after its parent's. */
export interface UrdfRobot {
  readonly name: string
  readonly root: string
  readonly links: ReadonlyMap<string, UrdfLink>
  readonly joints: readonly UrdfJoint[]
}
