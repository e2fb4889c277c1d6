/** [m/s²] */
export const G = 9.81
/** Slip far below any speed that matters, so that the end of a slide is smooth, in µ g times a step. */
const SMOOTHING = 10

/** Points of a body that press on the table alike, from its middle [m]. */
export type PressurePoints = readonly (readonly [x: number, y: number])[]

export interface PlanarBodyOptions {
  /** What it stands on, pressed alike. */
  readonly points: PressurePoints
  /** Under the points. */
  readonly friction: number
  /** Square of the radius of gyration about its middle [m²]. */
  readonly gyrationM2: number
}

/** A disc that hits the body, and how it moves. */
export interface Striker {
  readonly xM: number
  readonly yM: number
  readonly velocityX: number
  readonly velocityY: number
}

/** A body that slides on a table by Coulomb's law, in the plane: each of its points brakes against its own slip. */
export class PlanarBody {
  xM: number
  yM: number
  turnRad = 0
  velocityX = 0
  velocityY = 0
  /** [rad/s] */
  spin = 0
  readonly #options: PlanarBodyOptions

  constructor(xM: number, yM: number, options: PlanarBodyOptions) {
    this.xM = xM
    this.yM = yM
    this.#options = options
  }

  /** The table's friction over a step. */
  brake(stepS: number): void {
    const { points, friction, gyrationM2 } = this.#options
    const share = (friction * G) / points.length
    const [c, s] = [Math.cos(this.turnRad), Math.sin(this.turnRad)]
    let [ax, ay, torque] = [0, 0, 0]
    for (const [px, py] of points) {
      const rx = c * px - s * py
      const ry = s * px + c * py
      const ux = this.velocityX - this.spin * ry
      const uy = this.velocityY + this.spin * rx
      const slip = Math.hypot(ux, uy) + SMOOTHING * friction * stepS
      const fx = (-share * ux) / slip
      const fy = (-share * uy) / slip
      ax += fx
      ay += fy
      torque += rx * fy - ry * fx
    }
    this.velocityX += stepS * ax
    this.velocityY += stepS * ay
    this.spin += (stepS * torque) / gyrationM2
  }

  /**
   * Contact of a round body with a round striker that gives no way: after it they do not come closer, without
   * rebound, and do not slip, as far as friction can see to that.
   *
   * @param radiusM - of the body
   * @param reachM - radius of the body and of the striker
   * @param friction - between them
   */
  meet(
    { xM, yM, velocityX, velocityY }: Striker,
    radiusM: number,
    reachM: number,
    friction: number,
  ) {
    const [dx, dy] = [this.xM - xM, this.yM - yM]
    const apart = Math.hypot(dx, dy)
    if (apart >= reachM) return
    const { gyrationM2 } = this.#options
    const [nx, ny] = [dx / apart, dy / apart]
    const ux = this.velocityX + this.spin * ny * radiusM - velocityX
    const uy = this.velocityY - this.spin * nx * radiusM - velocityY
    const push = -(ux * nx + uy * ny)
    if (push <= 0) return
    const slip = uy * nx - ux * ny
    const sticking = -slip / (1 + radiusM ** 2 / gyrationM2)
    const rub = Math.max(-friction * push, Math.min(friction * push, sticking))
    this.velocityX += push * nx - rub * ny
    this.velocityY += push * ny + rub * nx
    this.spin -= (radiusM * rub) / gyrationM2
  }

  move(stepS: number): void {
    this.xM += stepS * this.velocityX
    this.yM += stepS * this.velocityY
    this.turnRad += stepS * this.spin
  }
}
