import { Group, InstancedMesh, type Material, Matrix4, Quaternion, Vector3 } from 'three'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../../../robot/model/arm.ts'
import {
  createShapedArm,
  lengthScaleOf,
  nominalGeometry,
  shapeArm,
} from '../../../../robot/model/arm-geometry.ts'
import { compileArm } from '../../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../../robot/model/kinematics.ts'
import { placeShapes } from '../../../../robot/model/place-shapes.ts'
import type { Theme } from '../theme.ts'
import { type ArmBody, armBodies } from './arm-bodies.ts'
import { type ArmLook, createArmLook, createGhostLook } from './arm-look.ts'
import { COARSE, FINE, PLAIN } from './arm-shapes.ts'
import type { Place } from './grid-layout.ts'

/** More arms than this are too small on the screen for every face to be seen. */
const MAX_FINE = 4
/** Of an arm that is seen through: after all else, its depth before its colour. */
const DEPTH_ORDER = 1

export interface ArmFigureOptions {
  readonly arm: ArmDescription
  /** Those that move. */
  readonly joints: readonly string[]
  /** Where each arm stands. */
  readonly origins: readonly Place[]
  /** Default: with all that can be seen; as a ghost, to compare another arm with; plainly, where there are many. */
  readonly drawn?: 'fully' | 'asGhost' | 'plainly'
}

/** One of the arms: as it was built, and where it stands. */
interface Built {
  readonly model: ArmModel
  readonly kinematics: ArmKinematics
  readonly origin: Vector3
  /** Factor on the size of each link's bodies. */
  readonly scale: number[]
  readonly q: Float64Array
}

interface LinkMesh {
  readonly link: number
  readonly mesh: InstancedMesh
}

/**
 * Arms of one kind from its description, moved by the same kinematics as everywhere else. The parts of a
 * link that share a finish are one mesh, drawn once for all arms.
 */
export class ArmFigure {
  readonly group = new Group()
  private readonly nominal: ArmModel
  private readonly look: ArmLook
  private readonly arms: readonly Built[]
  private readonly hasShadow: boolean
  private links: readonly LinkMesh[] = []
  private readonly matrix = new Matrix4()
  private readonly position = new Vector3()
  private readonly quaternion = new Quaternion()
  private readonly scale = new Vector3()

  constructor({ arm, drawn = 'fully', joints, origins }: ArmFigureOptions, theme: Theme) {
    this.nominal = compileArm(arm, { joints })
    this.look = drawn === 'asGhost' ? createGhostLook(arm, theme) : createArmLook(arm, theme)
    this.hasShadow = drawn === 'fully'
    this.arms = origins.map(({ x, y }) => {
      const model = createShapedArm(this.nominal)
      const scale = this.nominal.jointNames.map(() => 1)
      const q = Float64Array.from(this.nominal.restPose)
      const origin = new Vector3(x, y, 0)
      return { model, kinematics: new ArmKinematics(model), origin, scale, q }
    })
    const closeBy = origins.length > MAX_FINE ? COARSE : FINE
    const detail = drawn === 'plainly' ? PLAIN : closeBy
    const shapes = placeShapes(arm, { joints })
    this.dress(armBodies(this.nominal, shapes, this.look.isPrinted, detail))
  }

  /** Draws the arms as these bodies, in the place of those before. */
  dress(bodies: readonly ArmBody[]): void {
    for (const { mesh } of this.links) mesh.dispose()
    this.group.clear()
    this.links = bodies.map(({ link, finish, geometry }) => {
      const mesh = new InstancedMesh(geometry, this.look.materials[finish], this.arms.length)
      mesh.castShadow = this.hasShadow
      mesh.receiveShadow = this.hasShadow
      mesh.frustumCulled = false
      return { link, mesh }
    })
    this.group.add(...this.links.map(({ mesh }) => mesh))
    if (this.look.depthOnly !== undefined) this.seeThrough(this.look.depthOnly)
    for (const index of this.arms.keys()) this.place(index)
  }

  /** Gives one arm the link lengths it was built with; seen from its next pose on. */
  build(index: number, linkLengthScale: readonly number[]): void {
    const { model, scale } = this.arms[index]!
    const geometry = {
      ...nominalGeometry(this.nominal.numJoints),
      linkLengthScale: Float64Array.from(linkLengthScale),
    }
    shapeArm(this.nominal, geometry, model)
    for (const link of scale.keys()) scale[link] = lengthScaleOf(this.nominal, geometry, link)
  }

  /** @param q - in the order of the joints [rad or m] */
  pose(index: number, q: ArrayLike<number>): void {
    this.arms[index]!.q.set(q)
    this.place(index)
  }

  setTheme(theme: Theme): void {
    this.look.setTheme(theme)
  }

  /** The depth of all parts before the colour of any: without it, inner faces would show. */
  private seeThrough(depthOnly: Material): void {
    for (const { mesh } of this.links) {
      const depth = new InstancedMesh(mesh.geometry, depthOnly, mesh.count)
      depth.instanceMatrix = mesh.instanceMatrix
      depth.frustumCulled = false
      depth.renderOrder = DEPTH_ORDER
      mesh.renderOrder = DEPTH_ORDER + 1
      this.group.add(depth)
    }
  }

  private place(index: number): void {
    const { kinematics, origin, q, scale } = this.arms[index]!
    kinematics.forward(q)
    const { linkPosition, linkQuaternion } = kinematics
    for (const { link, mesh } of this.links) {
      if (link < 0) {
        this.position.set(0, 0, 0)
        this.quaternion.identity()
      } else {
        this.position.fromArray(linkPosition, 3 * link)
        this.quaternion.fromArray(linkQuaternion, 4 * link)
      }
      this.position.add(origin)
      this.scale.setScalar(scale[link] ?? 1)
      mesh.setMatrixAt(index, this.matrix.compose(this.position, this.quaternion, this.scale))
      mesh.instanceMatrix.needsUpdate = true
    }
  }
}
