import { G, PlanarBody, type PressurePoints } from './planar-body.ts'

/** Theory that the simulator is held against, without any engine. SI. */

/** A disc under even pressure. */
export function evenDisc(radiusM: number, rings = 12, spokes = 36): PressurePoints {
  return Array.from({ length: rings * spokes }, (_, k) => {
    const ring = Math.floor(k / spokes)
    const radius = radiusM * Math.sqrt((ring + 0.5) / rings)
    const angle = (2 * Math.PI * (k + 0.5 * (ring % 2))) / spokes
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}

/** Four feet under a disc, where they turn against friction as it does: at two thirds of its radius. */
export function feetOfDisc(radiusM: number): PressurePoints {
  const reach = (2 / 3) * radiusM
  return [
    [reach, 0],
    [0, reach],
    [-reach, 0],
    [0, -reach],
  ]
}

export interface SlideStart {
  /** Speed along x [m/s] and spin [rad/s]. */
  readonly speed: number
  readonly spin: number
  readonly friction: number
  /** Square of the radius of gyration about z [m²]. */
  readonly gyrationM2: number
}

/** Distance [m] and turn [rad] of a body let go on a table, by planar mechanics: each point brakes against its slip. */
export function slide(
  points: PressurePoints,
  { speed, spin, friction, gyrationM2 }: SlideStart,
  stepS = 1e-4,
): { readonly distanceM: number; readonly turnRad: number } {
  const body = new PlanarBody(0, 0, { points, friction, gyrationM2 })
  body.velocityX = speed
  body.spin = spin
  const endS =
    2 * (speed / (friction * G) + (Math.abs(spin) * Math.sqrt(gyrationM2)) / G / friction)
  for (let t = 0; t < endS; t += stepS) {
    body.brake(stepS)
    body.move(stepS)
  }
  return { distanceM: Math.hypot(body.xM, body.yM), turnRad: body.turnRad }
}

/** v² / (2 µ g) [m]. */
export function stoppingDistanceM(speed: number, friction: number): number {
  return speed ** 2 / (2 * friction * G)
}

/** Period [s] of a pendulum of moment of inertia I about its axis, mass m at l, swinging by ± `amplitudeRad`. */
export function pendulumPeriodS(
  { inertiaKgM2, massKg, lengthM }: PendulumBody,
  amplitudeRad: number,
): number {
  const small = 2 * Math.PI * Math.sqrt(inertiaKgM2 / (massKg * G * lengthM))
  return small / arithmeticGeometricMean(1, Math.cos(amplitudeRad / 2))
}

export interface PendulumBody {
  readonly inertiaKgM2: number
  readonly massKg: number
  readonly lengthM: number
}

function arithmeticGeometricMean(a: number, b: number): number {
  let [high, low] = [a, b]
  while (high - low > 1e-12) [high, low] = [(high + low) / 2, Math.sqrt(high * low)]
  return high
}
