import { Group, Quaternion, Vector3 } from 'three'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../../../robot/model/arm.ts'
import { compileArm } from '../../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../../robot/model/kinematics.ts'
import { type PlacedShape, placeShapes } from '../../../../robot/model/place-shapes.ts'
import type { Theme } from '../theme.ts'
import { type ArmLook, createArmLook } from './arm-look.ts'
import { createHub, createShapeMesh } from './arm-shapes.ts'

const Z = new Vector3(0, 0, 1)
/** The usual servo horn, and how far it stands out [m]. */
const HORN_RADIUS_M = 0.0105
const HORN_PROUD_M = 0.0022
/** Of a tall arm's height counts as reach, so that all of it is seen. */
const HEIGHT_SHARE = 0.95

/** The arm from its description, moved by the same kinematics as everywhere else. Base frame. */
export class ArmFigure {
  readonly group = new Group()
  readonly model: ArmModel
  /** The scale of the scene: how far the tool is from the base at rest, more for a tall arm [m]. */
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
    const shapes = placeShapes(description)
    for (const { link, position, quaternion, shape } of shapes) {
      const mesh = createShapeMesh(shape, this.look)
      mesh.position.fromArray(position)
      mesh.quaternion.fromArray(quaternion)
      const carrier = link < 0 ? this.group : this.links[link]!
      carrier.add(mesh)
    }
    if (this.look.isPrinted) this.addHubs(shapes)
    this.pose(this.model.restPose)
    const [x, y] = this.kinematics.tip
    const { linkPosition } = this.kinematics
    const heightM = Math.max(...linkPosition.filter((_each, i) => i % 3 === 2))
    this.reachM = Math.max(Math.hypot(x!, y!), HEIGHT_SHARE * heightM)
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

  /** Servo horns: discs on the joint axes, a little longer than the part they turn is thick. */
  private addHubs(shapes: readonly PlacedShape[]): void {
    const { axis, isPrismatic } = this.model
    for (const [i, link] of this.links.entries()) {
      const part = shapes.find((each) => each.link === i)
      if (isPrismatic[i] === 1 || part?.shape.kind !== 'box') continue
      const along = new Vector3().fromArray(axis, 3 * i)
      const inPart = along
        .clone()
        .applyQuaternion(new Quaternion().fromArray(part.quaternion).invert())
      const halfM = part.shape.halfSizeM.reduce(
        (sum, half, k) => sum + half * Math.abs(inPart.getComponent(k)),
        0,
      )
      const hub = createHub(HORN_RADIUS_M, 2 * (halfM + HORN_PROUD_M), this.look)
      hub.position.copy(along).multiplyScalar(along.dot(new Vector3().fromArray(part.position)))
      hub.quaternion.copy(new Quaternion().setFromUnitVectors(Z, along))
      link.add(hub)
    }
  }
}
