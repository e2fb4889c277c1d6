import {
  BoxGeometry,
  type BufferGeometry,
  CircleGeometry,
  Color,
  CylinderGeometry,
  Float32BufferAttribute,
  Group,
  InstancedMesh,
  type Material,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PlaneGeometry,
  Quaternion,
  Vector3,
} from 'three'
import { createParts, shapeParts } from '../../../../sim/scene/object.ts'
import { tableHeightAt, tableQuaternion } from '../../../../sim/scene/table.ts'
import type { DrawnWorld, ObjectPlace, SampleScene, WorldState } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { ArmFigure } from './arm-figure.ts'
import type { GridLayout, Place } from './grid-layout.ts'
import { type SampleGrid, sampleGrid } from './sample-grid.ts'

/** Faces around what is round. */
const AROUND = 20
const THICKNESS = 0.09
const LIFT_M = 0.0015
/** Of a table's sides, of its top's brightness. */
const SIDE_SHADE = 0.45
/** A part of an object that not every world has is this small where it is not. */
const NOTHING = new Matrix4().makeScale(0, 0, 0)

/**
 * Very many arms beside each other, drawn plainly: all tables are one mesh, all goals, all objects of a kind, so that a
 * computer without a graphics card keeps up.
 */
export class CrowdFigure {
  /** Base frame of the whole scene; each arm's own one is moved, not turned. */
  readonly group = new Group()
  readonly layout: GridLayout
  private readonly grid: SampleGrid
  private readonly arm: ArmFigure
  private readonly tables: InstancedMesh
  private readonly goals: InstancedMesh
  private readonly frame: Mesh
  private readonly table = new MeshBasicMaterial({ vertexColors: true, toneMapped: false })
  private readonly goal = new MeshBasicMaterial({ toneMapped: false })
  private readonly first = new MeshLambertMaterial()
  private readonly others = new MeshLambertMaterial()
  private readonly edge = new MeshBasicMaterial({ toneMapped: false })
  private readonly thresholdM: number
  private readonly slabM: Vector3
  private objects: readonly (readonly InstancedMesh[])[] = []
  private worlds: readonly DrawnWorld[] = []
  private reached = new Color()
  private open = new Color()

  constructor({ arm, count, joints, thresholdM }: SampleScene, reachM: number, theme: Theme) {
    this.grid = sampleGrid(count, reachM)
    const { extent, frame, layout, origins } = this.grid
    this.layout = layout
    this.thresholdM = thresholdM
    this.slabM = new Vector3(extent.backM + extent.frontM, 2 * extent.sideM, THICKNESS * reachM)
    this.arm = new ArmFigure({ arm, joints, origins, drawn: 'plainly' }, theme)
    const disc = new CircleGeometry(1, AROUND)
    this.tables = many(slab(), this.table, count)
    this.goals = many(disc, this.goal, count)
    this.frame = new Mesh(new PlaneGeometry(frame.xM, frame.yM), this.edge)
    this.group.add(this.arm.group, this.tables, this.goals, this.frame)
    this.setTheme(theme)
    this.mark(0)
  }

  setDraws(worlds: readonly DrawnWorld[]): void {
    this.worlds = worlds
    for (const [k, world] of worlds.entries()) {
      this.arm.build(k, world.linkLengthScale)
      this.layTable(k, world)
    }
    this.tables.instanceMatrix.needsUpdate = true
    for (const mesh of this.objects.flat()) {
      this.group.remove(mesh)
      mesh.dispose()
    }
    this.objects = (worlds[0]?.objects ?? []).map(({ kind }, slot) =>
      createParts(kind).map(() => {
        const shape =
          kind === 'cylinder'
            ? new CylinderGeometry(1, 1, 2, AROUND).rotateX(Math.PI / 2)
            : new BoxGeometry(2, 2, 2)
        return many(shape, slot === 0 ? this.first : this.others, worlds.length)
      }),
    )
    for (const mesh of this.objects.flat()) this.group.add(mesh)
  }

  show(worlds: readonly WorldState[]): void {
    for (const [k, { goal, isReached, objects, q }] of worlds.entries()) {
      this.arm.pose(k, q)
      const { x, y, z } = goal
      const height = z ?? tableHeightAt(this.worlds[k]!.table, x, y)
      matrix.makeScale(this.thresholdM, this.thresholdM, 1)
      matrix.setPosition(this.at(k, [x, y, height + LIFT_M]))
      this.goals.setMatrixAt(k, matrix)
      this.goals.setColorAt(k, isReached ? this.reached : this.open)
      for (const [slot, parts] of this.objects.entries()) {
        this.place(k, slot, parts, objects[slot] ?? null)
      }
    }
    this.goals.instanceMatrix.needsUpdate = true
    this.goals.instanceColor!.needsUpdate = true
    for (const mesh of this.objects.flat()) mesh.instanceMatrix.needsUpdate = true
  }

  /** Puts a frame around one cell. */
  mark(index: number): void {
    const { frame, origins } = this.grid
    const { x, y } = origins[index]!
    this.frame.position.set(x + frame.middleXM, y, -this.slabM.z)
  }

  setTheme(theme: Theme): void {
    this.arm.setTheme(theme)
    this.table.color = new Color(theme.table)
    this.first.color = new Color(theme.object)
    this.others.color = new Color(theme.other)
    this.edge.color = new Color(theme.ink)
    this.reached = new Color(theme.goal)
    this.open = new Color(theme.goal).lerp(new Color(theme.table), 0.5)
  }

  private layTable(k: number, { table }: DrawnWorld): void {
    tableQuaternion(table, turn)
    quaternion.fromArray(turn)
    const { middleXM } = this.grid.frame
    position.set(middleXM, 0, -this.slabM.z / 2).applyQuaternion(quaternion)
    position.z += table.heightM
    position.add(this.origin(k))
    this.tables.setMatrixAt(k, matrix.compose(position, quaternion, this.slabM))
  }

  private place(
    k: number,
    slot: number,
    meshes: readonly InstancedMesh[],
    place: ObjectPlace | null,
  ): void {
    const shape = this.worlds[k]!.objects[slot]!
    const parts = createParts(shape.kind)
    shapeParts({ kind: shape.kind, halfSizeM: Float64Array.from(shape.halfSizeM) }, parts)
    for (const [i, mesh] of meshes.entries()) {
      const part = parts[i]
      if (part === undefined || place === null) {
        mesh.setMatrixAt(k, NOTHING)
        continue
      }
      quaternion.fromArray(place.quaternion)
      position.fromArray(part.centreM).applyQuaternion(quaternion)
      position.add(this.at(k, place.position))
      mesh.setMatrixAt(k, matrix.compose(position, quaternion, size.fromArray(part.halfSizeM)))
    }
  }

  private origin(k: number): Vector3 {
    const { x, y }: Place = this.grid.origins[k]!
    return base.set(x, y, 0)
  }

  /** A point of an arm's base frame. */
  private at(k: number, [x, y, z]: readonly [number, number, number]): Vector3 {
    return this.origin(k).add(offset.set(x, y, z))
  }
}

/** A box of size 1 whose sides are darker than its top: it needs no light. */
function slab(): BufferGeometry {
  const box = new BoxGeometry(1, 1, 1)
  const normals = box.getAttribute('normal')
  const shades = Array.from({ length: normals.count }, (_each, k) =>
    normals.getZ(k) > 0 ? 1 : SIDE_SHADE,
  )
  const colors = shades.flatMap((shade) => [shade, shade, shade])
  return box.setAttribute('color', new Float32BufferAttribute(colors, 3))
}

const matrix = new Matrix4()
const position = new Vector3()
const quaternion = new Quaternion()
const size = new Vector3()
const base = new Vector3()
const offset = new Vector3()
const turn = new Float64Array(4)

function many(geometry: BufferGeometry, material: Material, count: number): InstancedMesh {
  const mesh = new InstancedMesh(geometry, material, count)
  mesh.frustumCulled = false
  for (let k = 0; k < count; k++) mesh.setMatrixAt(k, NOTHING)
  return mesh
}
