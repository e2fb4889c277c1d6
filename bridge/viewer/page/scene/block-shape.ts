import { ExtrudeGeometry, type Group } from 'three'
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js'
import type { ObjectScene } from '../../frames.ts'
import type { ObjectMaterials } from './object-figure.ts'
import { filled, insetOutline, outlineOf } from './outline.ts'
import { solid } from './solid.ts'

const BEVEL_STEPS = 3

/** A block cut along its outline: rounded edges, a light plate on top; on a box, a mark towards its x. */
export function addBlock(
  group: Group,
  object: ObjectScene,
  { body, inlay }: ObjectMaterials,
): void {
  const [x, y, h] = object.halfSizeM
  const outline = outlineOf(object)
  // The stroke of a tee is half as wide as its half size.
  const strokeM = (object.kind === 'tee' ? 0.5 : 1) * Math.min(x, y)
  const bevel = 0.12 * Math.min(strokeM, h)
  const block = new ExtrudeGeometry(filled(outline), {
    depth: 2 * (h - bevel),
    bevelThickness: bevel,
    bevelSize: bevel,
    bevelOffset: -bevel,
    bevelSegments: BEVEL_STEPS,
  })
  group.add(solid(block.translate(0, 0, bevel - h), body))
  const plate = new ExtrudeGeometry(filled(insetOutline(outline, 0.3 * strokeM)), {
    depth: 0.04 * strokeM,
    bevelEnabled: false,
  })
  group.add(solid(plate.translate(0, 0, h - 0.02 * strokeM), inlay))
  if (object.kind !== 'box') return
  const mark = solid(new RoundedBoxGeometry(0.3 * x, 0.1 * y, 0.04 * y, 3, 0.019 * y), body)
  mark.position.set(0.4 * x, 0, h + 0.02 * strokeM)
  group.add(mark)
}
