import { createParts, type ObjectShape, shapeParts } from '../scene/object.ts'

/** Pose of an object on the table [m], [rad]. */
export interface PlanarPose {
  x: number
  y: number
  yaw: number
}

/** A place on an object's outline where a tip can press, in the object's frame [m]; the normal is inward. */
export interface ContactPoint {
  readonly x: number
  readonly y: number
  readonly normalX: number
  readonly normalY: number
}

/** The outermost contact points on an edge: share of its half length. */
const OUTERMOST = 0.8
const STEP_M = 0.004

/**
 * Contact points on the outline of a box or tee, those on edges between two parts left out.
 * @param perEdge - evenly spaced, two or more
 */
export function contactPoints(shape: ObjectShape, perEdge: number): ContactPoint[] {
  const shares = Array.from(
    { length: perEdge },
    (_, k) => OUTERMOST * ((2 * k) / (perEdge - 1) - 1),
  )
  const parts = createParts(shape.kind)
  shapeParts(shape, parts)
  const isInside = (x: number, y: number) =>
    parts.some(
      ({ centreM, halfSizeM }) =>
        Math.abs(x - centreM[0]!) < halfSizeM[0]! && Math.abs(y - centreM[1]!) < halfSizeM[1]!,
    )
  return parts.flatMap(({ centreM, halfSizeM }) =>
    [0, 1, 2, 3].flatMap((side) => {
      const [outX, outY] = [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ][side] as [number, number]
      return shares
        .map((share) => ({
          x: centreM[0]! + halfSizeM[0]! * (outX !== 0 ? outX : share),
          y: centreM[1]! + halfSizeM[1]! * (outY !== 0 ? outY : share),
          normalX: -outX,
          normalY: -outY,
        }))
        .filter(({ x, y }) => !isInside(x + 1e-4 * outX, y + 1e-4 * outY))
    }),
  )
}

/** Distance of a place in the object's frame from its outline, seen from above [m]; 0 inside. */
export function distanceToOutline(shape: ObjectShape, x: number, y: number): number {
  const parts = createParts(shape.kind)
  shapeParts(shape, parts)
  return Math.min(
    ...parts.map(({ centreM, halfSizeM }) =>
      Math.hypot(
        Math.max(0, Math.abs(x - centreM[0]!) - halfSizeM[0]!),
        Math.max(0, Math.abs(y - centreM[1]!) - halfSizeM[1]!),
      ),
    ),
  )
}

/**
 * Moves an object as a slow push would: a contact that sticks, under the ellipsoidal limit surface (Lynch,
 * Maekawa and Tanie 1992): with c the ratio of friction's greatest torque to its greatest force,
 *
 *   vx = ((c² + x²) ux + x y uy) / (c² + x² + y²),  vy likewise,  ω = (x vy - y vx) / c²
 *
 * for a contact at x, y that moves with u, in the object's frame.
 *
 * @param direction - of the tip in the base frame [rad]
 * @param distanceM - way of the tip in contact
 */
export function pushPlanar(
  pose: PlanarPose,
  contact: ContactPoint,
  direction: number,
  distanceM: number,
  frictionArmM: number,
): void {
  const c2 = frictionArmM * frictionArmM
  const { x, y } = contact
  const scale = 1 / (c2 + x * x + y * y)
  for (let gone = 0; gone < distanceM - 1e-9; gone += STEP_M) {
    const step = Math.min(STEP_M, distanceM - gone)
    const heading = direction - pose.yaw
    const ux = step * Math.cos(heading)
    const uy = step * Math.sin(heading)
    const vx = ((c2 + x * x) * ux + x * y * uy) * scale
    const vy = (x * y * ux + (c2 + y * y) * uy) * scale
    const turn = (x * vy - y * vx) / c2
    const [cos, sin] = [Math.cos(pose.yaw), Math.sin(pose.yaw)]
    pose.x += cos * vx - sin * vy
    pose.y += sin * vx + cos * vy
    pose.yaw += turn
  }
}

/** Of a push straight into a contact point of an object, in the base frame [rad]. */
export const directionOf = (
  { normalX, normalY }: ContactPoint,
  { yaw }: Readonly<PlanarPose>,
): number => yaw + Math.atan2(normalY, normalX)

/**
 * Where straight pushes along a contact's normal lead: after each `stepM` the object's pose in the frame that it began in,
 * x and y [m], yaw [rad], [3 · numSteps].
 */
export function straightPushes(
  contact: ContactPoint,
  stepM: number,
  numSteps: number,
  frictionArmM: number,
): Float64Array {
  const pose = { x: 0, y: 0, yaw: 0 }
  const direction = directionOf(contact, pose)
  const out = new Float64Array(3 * numSteps)
  for (let k = 0; k < numSteps; k++) {
    pushPlanar(pose, contact, direction, stepM, frictionArmM)
    out.set([pose.x, pose.y, pose.yaw], 3 * k)
  }
  return out
}
