import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Group,
  Line,
  LineBasicMaterial,
  Mesh,
  MeshBasicMaterial,
  RingGeometry,
  SphereGeometry,
} from 'three'
import type { Vector3 } from '../../frames.ts'
import type { Theme } from '../theme.ts'

/**
 * Where the controller wants the tool point: a ball, a plumb line to the table that gives its height, and
 * a line from where the tool point is.
 */
export class SetpointMarker {
  readonly group = new Group()
  private readonly ball: Mesh
  private readonly foot: Mesh
  private readonly materials: (MeshBasicMaterial | LineBasicMaterial)[]
  private readonly plumb = twoPoints()
  private readonly lag = twoPoints()

  constructor(radiusM: number, theme: Theme) {
    const flat = { transparent: true, toneMapped: false }
    const solid = new MeshBasicMaterial({ ...flat, opacity: 0.95 })
    const halo = new MeshBasicMaterial({ ...flat, opacity: 0.22, depthWrite: false })
    const thin = new LineBasicMaterial({ ...flat, opacity: 0.6 })
    this.materials = [solid, halo, thin]
    this.ball = new Mesh(new SphereGeometry(radiusM, 24, 16), solid)
    this.ball.add(new Mesh(new SphereGeometry(2.1 * radiusM, 24, 16), halo))
    this.foot = new Mesh(new RingGeometry(1.1 * radiusM, 1.6 * radiusM, 32), solid)
    this.group.add(this.ball, this.foot, line(this.plumb, thin), line(this.lag, thin))
    // Shown through the gripper: it sits inside it most of the time.
    for (const material of this.materials) material.depthTest = false
    this.ball.renderOrder = 10
    this.setTheme(theme)
  }

  /** All in the base frame [m]. */
  show(tip: Vector3, commandedTip: Vector3, tableZ: number): void {
    const [x, y, z] = commandedTip
    this.ball.position.set(x, y, z)
    this.foot.position.set(x, y, tableZ + 0.0016)
    place(this.plumb, [x, y, z], [x, y, tableZ])
    place(this.lag, tip, [x, y, z])
  }

  setTheme({ setpoint }: Theme): void {
    for (const material of this.materials) material.color = new Color(setpoint)
  }
}

function twoPoints(): BufferGeometry {
  return new BufferGeometry().setAttribute('position', new BufferAttribute(new Float32Array(6), 3))
}

function line(geometry: BufferGeometry, material: LineBasicMaterial): Line {
  const drawn = new Line(geometry, material)
  drawn.frustumCulled = false
  drawn.renderOrder = 9
  return drawn
}

function place(geometry: BufferGeometry, from: Vector3, to: Vector3): void {
  const position = geometry.attributes['position'] as BufferAttribute
  position.setXYZ(0, ...from)
  position.setXYZ(1, ...to)
  position.needsUpdate = true
}
