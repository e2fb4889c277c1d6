import {
  type BufferGeometry,
  CapsuleGeometry,
  CylinderGeometry,
  Group,
  type Material,
  Mesh,
  Vector3,
} from 'three'
import { ConvexGeometry } from 'three/addons/geometries/ConvexGeometry.js'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import type { ArmLook } from './arm-look.ts'

type Shape = ArmDescription['shapes'][number]

/** Case of the common 25 kg bus servos, 45.2 × 24.7 × 35 mm: half sizes in rising order [m]. */
const SERVO_HALF_M = [0.01235, 0.0175, 0.0226] as const
const SERVO_TOLERANCE_M = 0.0008
const MAX_ROUNDING_M = 0.005

/** A primitive of the description in its own frame, with rounded edges. */
export function createShapeMesh(shape: Shape, look: ArmLook): Group {
  const group = new Group()
  if (shape.kind === 'box') {
    if (isServo(shape.halfSizeM)) addServo(group, shape.halfSizeM, look)
    else {
      const [x, y, z] = shape.halfSizeM
      const radius = Math.min(MAX_ROUNDING_M, 0.45 * Math.min(x, y, z))
      group.add(
        solid(
          new RoundedBoxGeometry(2 * x, 2 * y, 2 * z, 5, radius),
          look.isPrinted ? look.shell : look.motor,
        ),
      )
    }
    return group
  }
  if (shape.kind === 'hull') {
    const points = shape.pointsM.map(([x, y, z]) => new Vector3(x, y, z))
    group.add(solid(new ConvexGeometry(points), look.shell))
    return group
  }
  const { lengthM, radiusM } = shape
  const geometry =
    shape.kind === 'capsule'
      ? new CapsuleGeometry(radiusM, lengthM, 12, 40)
      : new CylinderGeometry(radiusM, radiusM, lengthM, 48)
  // three's capsules and cylinders lie along y, the description's along z.
  geometry.rotateX(Math.PI / 2)
  group.add(solid(geometry, look.shell))
  return group
}

/** A disc along a joint's axis (z), with a ring of screws on both faces. */
export function createHub(radiusM: number, lengthM: number, look: ArmLook): Group {
  const group = new Group()
  const body = new CylinderGeometry(radiusM, radiusM, lengthM, 40)
  group.add(solid(body.rotateX(Math.PI / 2), look.hub))
  const head = new CylinderGeometry(0.13 * radiusM, 0.13 * radiusM, lengthM * 1.02, 10)
  head.rotateX(Math.PI / 2)
  for (let i = 0; i < 4; i++) {
    const screw = solid(head, look.screw)
    const angle = (Math.PI / 2) * i + Math.PI / 4
    screw.position.set(0.58 * radiusM * Math.cos(angle), 0.58 * radiusM * Math.sin(angle), 0)
    group.add(screw)
  }
  return group
}

export function solid(geometry: BufferGeometry, material: Material): Mesh {
  const mesh = new Mesh(geometry, material)
  mesh.castShadow = true
  mesh.receiveShadow = true
  return mesh
}

function isServo(halfSizeM: readonly number[]): boolean {
  const sorted = [...halfSizeM].sort((a, b) => a - b)
  return SERVO_HALF_M.every((half, i) => Math.abs(half - sorted[i]!) < SERVO_TOLERANCE_M)
}

/** Case in two halves with a seam, as servos have them. */
function addServo(group: Group, halfSizeM: readonly number[], look: ArmLook): void {
  const [x, y, z] = halfSizeM as [number, number, number]
  group.add(solid(new RoundedBoxGeometry(2 * x, 2 * y, 2 * z, 4, 0.0022), look.motor))
  const seam = new RoundedBoxGeometry(2 * x + 0.0008, 2 * y + 0.0008, 0.0016, 2, 0.0007)
  group.add(solid(seam, look.screw))
}
