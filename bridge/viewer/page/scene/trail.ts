import { BufferAttribute, BufferGeometry, Color, Mesh, MeshBasicMaterial } from 'three'
import type { Theme } from '../theme.ts'

const CAPACITY = 160
/** Shortest way between two points of the trail [m]. */
const MIN_STEP_M = 0.0015
const LIFT_M = 0.0012

/** A ribbon on the table where the puck has been, fading with age. */
export class Trail {
  readonly mesh: Mesh
  private readonly material = new MeshBasicMaterial({
    transparent: true,
    depthWrite: false,
    vertexColors: true,
    toneMapped: false,
  })
  private readonly points: { x: number; y: number; z: number; timeS: number }[] = []
  private readonly positions = new Float32Array(CAPACITY * 2 * 3)
  private readonly colors = new Float32Array(CAPACITY * 2 * 4)
  private readonly geometry = new BufferGeometry()
  private readonly halfWidthM: number
  private readonly durationS: number

  constructor(widthM: number, durationS: number, theme: Theme) {
    this.halfWidthM = widthM / 2
    this.durationS = durationS
    this.geometry.setAttribute('position', new BufferAttribute(this.positions, 3))
    this.geometry.setAttribute('color', new BufferAttribute(this.colors, 4))
    this.geometry.setIndex(ribbonIndices())
    this.geometry.setDrawRange(0, 0)
    this.mesh = new Mesh(this.geometry, this.material)
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = 3
    this.setTheme(theme)
  }

  /** Adds where the puck is now, on the table; forgets what is too old. */
  push(timeS: number, x: number, y: number, z: number): void {
    const { points } = this
    const last = points.at(-1)
    if (last !== undefined && timeS < last.timeS) points.length = 0
    while (points.length > 0 && points[0]!.timeS < timeS - this.durationS) points.shift()
    const isFar = last === undefined || Math.hypot(x - last.x, y - last.y) >= MIN_STEP_M
    if (isFar) points.push({ x, y, z: z + LIFT_M, timeS })
    if (points.length > CAPACITY) points.shift()
    this.update(timeS)
  }

  clear(): void {
    this.points.length = 0
    this.geometry.setDrawRange(0, 0)
  }

  setTheme({ object }: Theme): void {
    this.material.color = new Color(object)
  }

  private update(timeS: number): void {
    const { points, positions, colors, halfWidthM } = this
    for (const [i, point] of points.entries()) {
      const before = points[Math.max(0, i - 1)]!
      const after = points[Math.min(points.length - 1, i + 1)]!
      const length = Math.hypot(after.x - before.x, after.y - before.y) || 1
      const fade = Math.max(0, 1 - (timeS - point.timeS) / this.durationS)
      const nx = (-(after.y - before.y) / length) * halfWidthM * (0.3 + 0.7 * fade)
      const ny = ((after.x - before.x) / length) * halfWidthM * (0.3 + 0.7 * fade)
      positions.set([point.x + nx, point.y + ny, point.z], 6 * i)
      positions.set([point.x - nx, point.y - ny, point.z], 6 * i + 3)
      colors.set([1, 1, 1, 0.75 * fade, 1, 1, 1, 0.75 * fade], 8 * i)
    }
    this.geometry.attributes['position']!.needsUpdate = true
    this.geometry.attributes['color']!.needsUpdate = true
    this.geometry.setDrawRange(0, 6 * Math.max(0, points.length - 1))
  }
}

function ribbonIndices(): number[] {
  const indices: number[] = []
  for (let i = 0; i + 1 < CAPACITY; i++) {
    const a = 2 * i
    indices.push(a, a + 1, a + 2, a + 1, a + 3, a + 2)
  }
  return indices
}
