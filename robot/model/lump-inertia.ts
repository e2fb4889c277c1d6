/** Mass, centre of mass [3] and inertia about it (ixx iyy izz ixy ixz iyz) of one body, in one frame. */
export interface BodyInertia {
  readonly massKg: number
  readonly comM: ArrayLike<number>
  readonly inertiaKgM2: ArrayLike<number>
}

/**
 * The two bodies as one rigid body: centre of mass between them, inertia by the parallel axis theorem.
 * Both are given in the same frame.
 */
export function lumpInertia(a: BodyInertia, b: BodyInertia): BodyInertia {
  const massKg = a.massKg + b.massKg
  const comM = [0, 1, 2].map((k) => (a.massKg * a.comM[k]! + b.massKg * b.comM[k]!) / massKg)
  const inertiaKgM2 = Array.from({ length: 6 }, (_, k) => {
    return shiftedInertia(a, comM, k) + shiftedInertia(b, comM, k)
  })
  return { massKg, comM, inertiaKgM2 }
}

/** The body's inertia about an axis through `point`: component `k` of ixx iyy izz ixy ixz iyz. */
function shiftedInertia(body: BodyInertia, point: ArrayLike<number>, k: number): number {
  const dx = body.comM[0]! - point[0]!
  const dy = body.comM[1]! - point[1]!
  const dz = body.comM[2]! - point[2]!
  const steiner = [
    dy * dy + dz * dz,
    dx * dx + dz * dz,
    dx * dx + dy * dy,
    -dx * dy,
    -dx * dz,
    -dy * dz,
  ]
  return body.inertiaKgM2[k]! + body.massKg * steiner[k]!
}

/** R I Rᵀ of a symmetric tensor ixx iyy izz ixy ixz iyz, with R row-major [9]. */
export function rotateInertia(r: ArrayLike<number>, inertia: ArrayLike<number>): number[] {
  const [ixx, iyy, izz, ixy, ixz, iyz] = Array.from(inertia) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const full = [ixx, ixy, ixz, ixy, iyy, iyz, ixz, iyz, izz]
  const entry = (row: number, column: number) => {
    let sum = 0
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) sum += r[3 * row + i]! * full[3 * i + j]! * r[3 * column + j]!
    return sum
  }
  return [entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)]
}

/** Whether it takes a torque to turn it faster about any axis: the leading minors are positive. */
export function isInertia(
  inertia: readonly [number, number, number, number, number, number],
): boolean {
  const [ixx, iyy, izz, ixy, ixz, iyz] = inertia
  const minor = ixx * iyy - ixy * ixy
  const determinant = izz * minor - ixx * iyz * iyz - iyy * ixz * ixz + 2 * ixy * ixz * iyz
  return ixx > 0 && minor > 0 && determinant > 0
}
