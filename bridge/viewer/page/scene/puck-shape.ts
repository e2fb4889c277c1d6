import { type Group, LatheGeometry, Vector2 } from 'three'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'
import type { Vector3 } from '../../frames.ts'
import type { ObjectMaterials } from './object-figure.ts'
import { solid } from './solid.ts'

const SEGMENTS = 72
const FILLET_STEPS = 6

/** A turned puck: rounded edges, a sunk light disc on top with a mark that shows how it is turned. */
export function addPuck(group: Group, halfSizeM: Vector3, { body, inlay }: ObjectMaterials): void {
  const [r, , h] = halfSizeM
  const profile = [
    new Vector2(0, -h),
    ...fillet(r, -h, 0.12 * r, -1),
    ...fillet(r, h, 0.2 * r, 1),
    new Vector2(0.66 * r, h),
    new Vector2(0.64 * r, h - 0.05 * r),
    new Vector2(0, h - 0.05 * r),
  ]
  group.add(solid(upright(new LatheGeometry(profile, SEGMENTS)), body))
  const top = [new Vector2(0.635 * r, 0), new Vector2(0.6 * r, 0.02 * r), new Vector2(0, 0.02 * r)]
  const disc = solid(upright(new LatheGeometry(top, SEGMENTS)), inlay)
  disc.position.z = h - 0.045 * r
  const mark = solid(new RoundedBoxGeometry(0.34 * r, 0.1 * r, 0.04 * r, 3, 0.019 * r), body)
  mark.position.set(0.36 * r, 0, h - 0.02 * r)
  group.add(disc, mark)
}

/** Quarter circle between wall and end face; `side` 1 for the upper edge, -1 for the lower. */
function fillet(radius: number, z: number, bend: number, side: 1 | -1): Vector2[] {
  return Array.from({ length: FILLET_STEPS + 1 }, (_each, i) => {
    const share = i / FILLET_STEPS
    const angle = (Math.PI / 2) * (side === 1 ? share : 1 - share)
    return new Vector2(
      radius - bend + bend * Math.cos(angle),
      z - side * bend + side * bend * Math.sin(angle),
    )
  })
}

/** three turns profiles about y; the puck stands along z. */
function upright(geometry: LatheGeometry): LatheGeometry {
  geometry.rotateX(Math.PI / 2)
  return geometry
}
