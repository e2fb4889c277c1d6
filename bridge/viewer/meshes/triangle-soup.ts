import type { Finish } from './arm-mesh.schema.ts'

/** Triangles of one finish that share no corners: x, y, z of each corner, counter-clockwise from outside [9 · n], [m]. */
export interface TriangleSoup {
  readonly finish: Finish
  readonly corners: Float64Array
}
