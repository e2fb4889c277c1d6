import {
  BufferGeometry,
  CircleGeometry,
  Color,
  ExtrudeGeometry,
  Group,
  LineBasicMaterial,
  LineSegments,
  type Material,
  Mesh,
  MeshBasicMaterial,
  RingGeometry,
  ShapeGeometry,
  SphereGeometry,
  Vector3,
} from 'three'
import { createObjectState } from '../../../../sim/engines/engine.ts'
import { restOnTable, type TablePlane, tableHeightAt } from '../../../../sim/scene/table.ts'
import type { GoalPlace, ObjectScene } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { filled, outlineOf } from './outline.ts'

const SEGMENTS = 96
const LIFT_M = 0.0009
const LAYER_M = 0.0001
/** Width of lines, of the threshold. */
const LINE = 0.03

/** How strongly each part is seen while the goal is open, and once it is reached. */
const OPACITY = {
  /** Within the threshold. */
  area: [0.12, 0.34],
  ring: [0.8, 1],
  /** Where the object belongs. */
  fill: [0.24, 0.45],
  edge: [0.75, 0.75],
  /** The same above the table. */
  ghost: [0.3, 0.5],
  plumb: [0.5, 0.5],
} as const
type PartName = keyof typeof OPACITY
const PART_NAMES = Object.keys(OPACITY) as PartName[]

/** Materials of all goals that are shown. */
export interface GoalLook {
  readonly open: Readonly<Record<PartName, Material>>
  readonly reached: Readonly<Record<PartName, Material>>
  setTheme(theme: Theme): void
}

export function createGoalLook(theme: Theme): GoalLook {
  const open = glowing(0)
  const reached = glowing(1)
  const setTheme = ({ goal }: Theme) => {
    for (const material of [...Object.values(open), ...Object.values(reached)]) {
      material.color = new Color(goal)
    }
  }
  setTheme(theme)
  return { open, reached, setTheme }
}

/**
 * Where the first object is to be, in its shape, and how far off it may be (ring). On the table, or above it
 * as a ghost with a plumb line down; without an object, where the tool is to be.
 */
export class GoalFigure {
  /** Base frame. */
  readonly group = new Group()
  private readonly look: GoalLook
  private readonly parts: { readonly name: PartName; readonly drawn: Mesh | LineSegments }[] = []
  private readonly pose = createObjectState()
  private readonly plumb: LineSegments
  private readonly ghost: Mesh

  constructor(look: GoalLook, object: ObjectScene | undefined, thresholdM: number) {
    this.look = look
    const lineM = LINE * thresholdM
    this.addFlat('area', new CircleGeometry(thresholdM, SEGMENTS), 0)
    this.addFlat('ring', new RingGeometry(thresholdM - 1.4 * lineM, thresholdM, SEGMENTS), 2)
    if (object !== undefined) {
      const outline = outlineOf(object)
      this.addFlat('fill', new ShapeGeometry(filled(outline)), 1)
      this.addFlat('edge', new ShapeGeometry(filled(outline, lineM)), 2)
    }
    this.ghost = this.add('ghost', new Mesh(ghostOf(object, thresholdM)))
    this.plumb = this.add('plumb', new LineSegments(downwards()))
    this.group.visible = false
  }

  show(goal: GoalPlace, table: TablePlane, isReached: boolean): void {
    const { group, plumb, ghost, pose } = this
    const { x, y, z, yawRad = 0 } = goal
    const isAbove = z !== undefined
    group.visible = true
    ghost.visible = isAbove
    plumb.visible = isAbove
    if (isAbove) {
      group.position.set(x, y, z)
      group.quaternion.setFromAxisAngle(UP, yawRad)
      plumb.scale.z = Math.max(0, z - tableHeightAt(table, x, y))
    } else {
      restOnTable(table, 0, x, y, yawRad, pose)
      group.position.fromArray(pose.position)
      group.quaternion.fromArray(pose.quaternion)
    }
    const materials = isReached ? this.look.reached : this.look.open
    for (const { name, drawn } of this.parts) drawn.material = materials[name]
  }

  private addFlat(name: PartName, geometry: BufferGeometry, layer: number): void {
    const mesh = this.add(name, new Mesh(geometry))
    mesh.position.z = LIFT_M + LAYER_M * layer
    mesh.renderOrder = layer
  }

  private add<Drawn extends Mesh | LineSegments>(name: PartName, drawn: Drawn): Drawn {
    drawn.material = this.look.open[name]
    this.parts.push({ name, drawn })
    this.group.add(drawn)
    return drawn
  }
}

const UP = new Vector3(0, 0, 1)

function glowing(column: 0 | 1): Record<PartName, MeshBasicMaterial | LineBasicMaterial> {
  const create = (name: PartName) => {
    const how = { transparent: true, toneMapped: false, opacity: OPACITY[name][column] }
    return name === 'plumb'
      ? new LineBasicMaterial(how)
      : new MeshBasicMaterial({ ...how, depthWrite: false })
  }
  return Object.fromEntries(PART_NAMES.map((name) => [name, create(name)])) as Record<
    PartName,
    MeshBasicMaterial | LineBasicMaterial
  >
}

/** The object itself, or a ball that the tool point is to be in. */
function ghostOf(object: ObjectScene | undefined, thresholdM: number): BufferGeometry {
  if (object === undefined) return new SphereGeometry(thresholdM, 24, 16)
  const h = object.halfSizeM[2]
  const body = new ExtrudeGeometry(filled(outlineOf(object)), { depth: 2 * h, bevelEnabled: false })
  return body.translate(0, 0, -h)
}

function downwards(): BufferGeometry {
  const ends = [new Vector3(), new Vector3(0, 0, -1)]
  return new BufferGeometry().setFromPoints(ends)
}
