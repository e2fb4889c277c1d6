import {
  BoxGeometry,
  type BufferGeometry,
  CapsuleGeometry,
  CylinderGeometry,
  type Matrix4,
  Vector3,
} from 'three'
import { ConvexGeometry } from 'three/addons/geometries/ConvexGeometry.js'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'
import type { ShapeDescription } from '../../../../robot/model/arm.schema.ts'
import type { Finish } from '../../meshes/arm-mesh.schema.ts'

/** A body of one finish. */
export interface ArmPart {
  readonly finish: Finish
  readonly geometry: BufferGeometry
}

/** Into how many faces curved parts are cut. */
export interface ShapeDetail {
  /** Along the quarter circle of a rounded edge. */
  readonly rounding: number
  /** Around a cylinder. */
  readonly around: number
}

export const FINE: ShapeDetail = { rounding: 3, around: 40 }
export const COARSE: ShapeDetail = { rounding: 2, around: 20 }
/** Sharp edges; no horns, screws and seams. */
export const PLAIN: ShapeDetail = { rounding: 0, around: 10 }

/** Cases of bus servos: half sizes in rising order [m]. */
const SERVOS_HALF_M = [
  // The common 25 kg ones, 45.2 × 24.7 × 35 mm.
  [0.01235, 0.0175, 0.0226],
  // Dynamixel XL430, 28.5 × 46.5 × 34 mm, and XL330, 20 × 34 × 26 mm.
  [0.01425, 0.017, 0.02325],
  [0.01, 0.013, 0.017],
] as const
const SERVO_TOLERANCE_M = 0.0008
const MAX_ROUNDING_M = 0.005

/** A primitive of the description in its own frame, with rounded edges. */
export function shapeParts(
  shape: ShapeDescription,
  isPrinted: boolean,
  detail: ShapeDetail,
): ArmPart[] {
  if (shape.kind === 'box') {
    const isMotor = isServo(shape.halfSizeM)
    if (isMotor && detail.rounding === 0) {
      return [{ finish: 'motor', geometry: box(shape.halfSizeM, detail) }]
    }
    return isMotor
      ? servoParts(shape.halfSizeM, detail)
      : [{ finish: isPrinted ? 'shell' : 'motor', geometry: box(shape.halfSizeM, detail) }]
  }
  if (shape.kind === 'hull') {
    const points = shape.pointsM.map(([x, y, z]) => new Vector3(x, y, z))
    return [{ finish: 'shell', geometry: new ConvexGeometry(points) }]
  }
  const { lengthM, radiusM } = shape
  const geometry =
    shape.kind === 'capsule'
      ? new CapsuleGeometry(radiusM, lengthM, Math.max(2, 2 * detail.rounding), detail.around)
      : new CylinderGeometry(radiusM, radiusM, lengthM, detail.around)
  // three's capsules and cylinders lie along y, the description's along z.
  return [{ finish: 'shell', geometry: geometry.rotateX(Math.PI / 2) }]
}

/** A disc along a joint's axis (z), with a ring of screws on both faces. */
export function hubParts(radiusM: number, lengthM: number, detail: ShapeDetail): ArmPart[] {
  const body = new CylinderGeometry(radiusM, radiusM, lengthM, detail.around)
  const screws = Array.from({ length: 4 }, (_each, i) => {
    const angle = (Math.PI / 2) * i + Math.PI / 4
    const head = new CylinderGeometry(0.13 * radiusM, 0.13 * radiusM, lengthM * 1.02, 10)
    return head
      .rotateX(Math.PI / 2)
      .translate(0.58 * radiusM * Math.cos(angle), 0.58 * radiusM * Math.sin(angle), 0)
  })
  return [
    { finish: 'hub', geometry: body.rotateX(Math.PI / 2) },
    ...screws.map((geometry) => ({ finish: 'screw' as const, geometry })),
  ]
}

/** Moves parts into the frame that `placement` leads to. */
export function placeParts(parts: readonly ArmPart[], placement: Matrix4): readonly ArmPart[] {
  for (const { geometry } of parts) geometry.applyMatrix4(placement)
  return parts
}

function box([x, y, z]: readonly [number, number, number], { rounding }: ShapeDetail) {
  if (rounding === 0) return new BoxGeometry(2 * x, 2 * y, 2 * z)
  const radius = Math.min(MAX_ROUNDING_M, 0.45 * Math.min(x, y, z))
  return new RoundedBoxGeometry(2 * x, 2 * y, 2 * z, rounding, radius)
}

function isServo(halfSizeM: readonly number[]): boolean {
  const sorted = [...halfSizeM].sort((a, b) => a - b)
  return SERVOS_HALF_M.some((servo) =>
    servo.every((half, i) => Math.abs(half - sorted[i]!) < SERVO_TOLERANCE_M),
  )
}

/** Case in two halves with a seam, as servos have them. */
function servoParts(
  [x, y, z]: readonly [number, number, number],
  { rounding }: ShapeDetail,
): ArmPart[] {
  const seam = new RoundedBoxGeometry(2 * x + 0.0008, 2 * y + 0.0008, 0.0016, 1, 0.0007)
  return [
    {
      finish: 'motor',
      geometry: new RoundedBoxGeometry(2 * x, 2 * y, 2 * z, rounding, 0.0022),
    },
    { finish: 'screw', geometry: seam },
  ]
}
