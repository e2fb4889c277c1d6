import { type BufferGeometry, Matrix4, Quaternion, Vector3 } from 'three'
import { mergeGeometries, mergeVertices } from 'three/addons/utils/BufferGeometryUtils.js'
import type { ArmModel } from '../../../../robot/model/arm.ts'
import type { PlacedShape } from '../../../../robot/model/place-shapes.ts'
import type { Finish } from '../../meshes/arm-mesh.schema.ts'
import { type ArmPart, hubParts, placeParts, type ShapeDetail, shapeParts } from './arm-shapes.ts'

const ONE = new Vector3(1, 1, 1)
const Z = new Vector3(0, 0, 1)
/** The usual servo horn, and how far it stands out [m]. */
const HORN_RADIUS_M = 0.0105
const HORN_PROUD_M = 0.0022

/** All that moves together and has one finish, in the frame of its link; -1 is the base. */
export interface ArmBody {
  readonly link: number
  readonly finish: Finish
  readonly geometry: BufferGeometry
}

/** An arm as few bodies. */
export function armBodies(
  model: ArmModel,
  shapes: readonly PlacedShape[],
  isPrinted: boolean,
  detail: ShapeDetail,
): ArmBody[] {
  const all = [
    ...shapes.map((shape) => placedParts(shape, isPrinted, detail)),
    ...(isPrinted && detail.rounding > 0 ? hubs(model, shapes, detail) : []),
  ]
  const bodies = mergeByLink(
    all.map(({ link, parts }) => ({
      link,
      parts: parts.map(({ finish, geometry }) => ({ finish, geometry: comparable(geometry) })),
    })),
  )
  // Corners that faces share are computed once.
  return bodies.map((body) => ({ ...body, geometry: mergeVertices(body.geometry) }))
}

/** Parts in the frame of their link. */
export interface LinkParts {
  readonly link: number
  readonly parts: readonly ArmPart[]
}

function placedParts(placed: PlacedShape, isPrinted: boolean, detail: ShapeDetail): LinkParts {
  const { link, position, quaternion, shape } = placed
  const placement = new Matrix4().compose(
    new Vector3().fromArray(position),
    new Quaternion().fromArray(quaternion),
    ONE,
  )
  return { link, parts: placeParts(shapeParts(shape, isPrinted, detail), placement) }
}

/** Servo horns: discs on the joint axes, a little longer than the part they turn is thick. */
function hubs(
  { axis, isPrismatic, numJoints }: ArmModel,
  shapes: readonly PlacedShape[],
  detail: ShapeDetail,
): LinkParts[] {
  const all: LinkParts[] = []
  for (let link = 0; link < numJoints; link++) {
    const part = shapes.find((each) => each.link === link)
    if (isPrismatic[link] === 1 || part?.shape.kind !== 'box') continue
    const along = new Vector3().fromArray(axis, 3 * link)
    const toPart = new Quaternion().fromArray(part.quaternion).invert()
    const inPart = along.clone().applyQuaternion(toPart)
    const halfM = part.shape.halfSizeM.reduce(
      (sum, half, k) => sum + half * Math.abs(inPart.getComponent(k)),
      0,
    )
    const placement = new Matrix4().compose(
      along.clone().multiplyScalar(along.dot(new Vector3().fromArray(part.position))),
      new Quaternion().setFromUnitVectors(Z, along),
      ONE,
    )
    const hub = hubParts(HORN_RADIUS_M, 2 * (halfM + HORN_PROUD_M), detail)
    all.push({ link, parts: placeParts(hub, placement) })
  }
  return all
}

/** One body for each finish of each link; all geometries have the same attributes, and all or none an index. */
export function mergeByLink(all: readonly LinkParts[]): ArmBody[] {
  const merged = new Map<string, { link: number; finish: Finish; pieces: BufferGeometry[] }>()
  for (const { link, parts } of all) {
    for (const { finish, geometry } of parts) {
      const key = `${link} ${finish}`
      const entry = merged.get(key) ?? { link, finish, pieces: [] }
      entry.pieces.push(geometry)
      merged.set(key, entry)
    }
  }
  return [...merged.values()].map(({ link, finish, pieces }) => ({
    link,
    finish,
    geometry: mergeGeometries(pieces),
  }))
}

/** With what all kinds of bodies have: faces by position and normal alone. */
function comparable(geometry: BufferGeometry): BufferGeometry {
  const plain = geometry.index === null ? geometry : geometry.toNonIndexed()
  for (const name of Object.keys(plain.attributes)) {
    if (name !== 'position' && name !== 'normal') plain.deleteAttribute(name)
  }
  return plain
}
