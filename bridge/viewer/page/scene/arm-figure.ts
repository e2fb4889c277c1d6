import { Group, Quaternion, Vector3 } from 'three'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../../../robot/model/arm.ts'
import { compileArm } from '../../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../../robot/model/kinematics.ts'
import { placeShapes } from '../../../../robot/model/place-shapes.ts'
import type { Theme } from '../theme.ts'
import { type ArmLook, createArmLook } from './arm-look.ts'
import { createHub, createShapeMesh } from './arm-shapes.ts'

const Z = new Vector3(0, 0, 1)

/** The arm from its description, moved by the same kinematics as everywhere else. Base frame. */
export class ArmFigure {
  readonly group = new Group()
  readonly model: ArmModel
  /** Horizontal distance from base to tool at rest [m]: the scale of the scene. */
  readonly reachM: number
  private readonly kinematics: ArmKinematics
  private readonly links: Group[]
  private readonly look: ArmLook
  private readonly q: Float64Array

  constructor(description: ArmDescription, theme: Theme) {
    this.model = compileArm(description)
    this.kinematics = new ArmKinematics(this.model)
    this.look = createArmLook(description, theme)
    this.q = Float64Array.from(this.model.restPose)
    this.links = this.model.jointNames.map(() => new Group())
    this.group.add(...this.links)
    for (const { link, position, quaternion, shape } of placeShapes(description)) {
      const mesh = createShapeMesh(shape, this.look)
      mesh.position.fromArray(position)
      mesh.quaternion.fromArray(quaternion)
      const carrier = link < 0 ? this.group : this.links[link]!
      carrier.add(mesh)
    }
    this.addHubs()
    this.pose(this.model.restPose)
    const [x, y] = this.kinematics.tip
    this.reachM = Math.hypot(x!, y!)
  }

  /** @param q - active joints in the model's order [rad or m] */
  pose(q: ArrayLike<number>): void {
    for (let i = 0; i < this.q.length; i++) this.q[i] = q[i] ?? this.q[i]!
    this.kinematics.forward(this.q)
    const { linkPosition, linkQuaternion } = this.kinematics
    for (const [i, link] of this.links.entries()) {
      link.position.fromArray(linkPosition, 3 * i)
      link.quaternion.fromArray(linkQuaternion, 4 * i)
    }
  }

  setTheme(theme: Theme): void {
    this.look.setTheme(theme)
  }

  private addHubs(): void {
    const { axis, isPrismatic } = this.model
    for (const [i, link] of this.links.entries()) {
      if (isPrismatic[i] === 1) continue
      const hub = createHub(0.0105, 0.05, this.look)
      const along = new Vector3().fromArray(axis, 3 * i)
      hub.quaternion.copy(new Quaternion().setFromUnitVectors(Z, along))
      link.add(hub)
    }
  }
}
