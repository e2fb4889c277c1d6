import type { PlacedShape } from './place-shapes.ts'
import { rotate } from './pose.ts'

/** A round rod fixed to a link, in the place of one of its shapes. */
export interface LinkCapsule {
  /** Active joint that carries it, -1 for the base. */
  readonly link: number
  /** Ends of its axis in the link's frame [6], [m]. */
  readonly ends: Float64Array
  readonly radiusM: number
}

/** For each shape a capsule along its longest side; the two differ by millimetres on the arms that we know. */
export function capsulesFor(shapes: readonly PlacedShape[]): LinkCapsule[] {
  return shapes.map(({ link, position, quaternion, shape }) => {
    const { centre, half, axis, radiusM } = rodAbout(shape)
    const ends = new Float64Array(6)
    const point = new Float64Array(3)
    for (const [end, sign] of [-1, 1].entries()) {
      for (let k = 0; k < 3; k++) point[k] = centre[k]! + (k === axis ? sign * half : 0)
      rotate(quaternion, point, point)
      for (let k = 0; k < 3; k++) ends[3 * end + k] = position[k]! + point[k]!
    }
    return { link, ends, radiusM }
  })
}

interface Rod {
  readonly centre: readonly number[]
  /** Half the length of its axis [m]. */
  readonly half: number
  readonly axis: number
  readonly radiusM: number
}

function rodAbout(shape: PlacedShape['shape']): Rod {
  const middle = [0, 0, 0]
  if (shape.kind === 'capsule') {
    return { centre: middle, half: shape.lengthM / 2, axis: 2, radiusM: shape.radiusM }
  }
  if (shape.kind === 'cylinder') {
    return { centre: middle, half: shape.lengthM / 2, axis: 2, radiusM: shape.radiusM }
  }
  if (shape.kind === 'box') return rodAboutBox(middle, shape.halfSizeM)
  const low = [0, 1, 2].map((k) => Math.min(...shape.pointsM.map((point) => point[k]!)))
  const high = [0, 1, 2].map((k) => Math.max(...shape.pointsM.map((point) => point[k]!)))
  return rodAboutBox(
    low.map((value, k) => (value + high[k]!) / 2),
    low.map((value, k) => (high[k]! - value) / 2),
  )
}

/** As long as the box and on average as thick: its corners and edges stick out, its faces are inside by as much. */
function rodAboutBox(centre: readonly number[], halfSize: readonly number[]): Rod {
  const axis = halfSize.indexOf(Math.max(...halfSize))
  const [b = 0, c = 0] = halfSize.filter((_, k) => k !== axis)
  const radiusM = (b + c) / 2
  return { centre, half: Math.max(0, halfSize[axis]! - radiusM), axis, radiusM }
}
