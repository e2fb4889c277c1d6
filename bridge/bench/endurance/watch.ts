import type { ArmModel } from '../../../robot/model/arm.ts'
import { invertQuaternion, rotate } from '../../../robot/model/pose.ts'
import type { ArmState, Engine, ObjectState, Physics } from '../../../sim/engines/engine.ts'
import { createParts, shapeParts } from '../../../sim/scene/object.ts'
import { tableHeightAt, tableNormal } from '../../../sim/scene/table.ts'
import { overlap, type Solid, solidOfParts } from './solid.ts'
import { createToolSolids, type ToolSolids } from './tool-solids.ts'

/** The worst of what an engine did, over all arms and steps. */
export interface Sightings {
  /** Arm steps of the engine that were looked at. */
  steps: number
  /** Arms whose state was no number at some step; each is counted once until its reset. */
  lost: number
  /** Objects that ended under the table while over it, and those that went over its edge. */
  tunnelled: number
  fallen: number
  /** Of an object that is over the table [m/s]. */
  objectSpeedMPerS: number
  /** Of a joint, as a share of its motor's top speed. */
  jointSpeedShare: number
  /** How deep one is in the other, by geometry [m]. */
  objectInTableM: number
  toolInObjectM: number
  objectInObjectM: number
}

export function createSightings(): Sightings {
  return {
    steps: 0,
    lost: 0,
    tunnelled: 0,
    fallen: 0,
    objectSpeedMPerS: 0,
    jointSpeedShare: 0,
    objectInTableM: 0,
    toolInObjectM: 0,
    objectInObjectM: 0,
  }
}

/**
 * Looks at every step of an engine, by wrapping its methods, and notes the worst.
 * @param tableHalfSizeM - how far each arm's table goes from its base axis
 */
export function watchEngine(engine: Engine, model: ArmModel, tableHalfSizeM: number): Sightings {
  const sightings = createSightings()
  const views = Array.from({ length: engine.count }, (_, index) => {
    const state = engine.state(index)
    return new ArmView(model, state, tableHalfSizeM, sightings)
  })
  const { reset, step } = engine
  engine.reset = (index, physics, start) => {
    reset.call(engine, index, physics, start)
    views[index]!.begin(physics)
  }
  engine.step = () => {
    step.call(engine)
    for (const view of views) view.look()
  }
  return sightings
}

/** What becomes of one arm and its objects between two resets. */
class ArmView {
  private readonly model: ArmModel
  private readonly tool: ToolSolids
  private readonly state: ArmState
  private readonly tableHalfSizeM: number
  private readonly seen: Sightings
  private table: Physics['table'] | undefined
  private isLost = false
  /** Objects that are still on the table or above it. */
  private present: { readonly solid: Solid; readonly state: ObjectState }[] = []
  private readonly normal = new Float64Array(3)
  /** The normal in an object's frame [3], and the object's rotation undone [4]. */
  private readonly turned = new Float64Array(3)
  private readonly inverse = new Float64Array(4)

  constructor(model: ArmModel, state: ArmState, tableHalfSizeM: number, seen: Sightings) {
    this.model = model
    this.tool = createToolSolids(model)
    this.state = state
    this.tableHalfSizeM = tableHalfSizeM
    this.seen = seen
  }

  begin(physics: Physics): void {
    const { table, objects } = physics
    this.table = { ...table }
    this.tool.shape(physics)
    this.isLost = false
    this.present = objects.map(({ shape }, k) => {
      const parts = createParts(shape.kind)
      shapeParts(shape, parts)
      const state = this.state.objects[k]!
      return { solid: solidOfParts(parts, state), state }
    })
  }

  look(): void {
    const { seen, state } = this
    seen.steps++
    if (this.isLost) return
    if (!isNumeric(state)) {
      this.isLost = true
      seen.lost++
      return
    }
    this.lookAtJoints()
    this.present = this.present.filter(({ state: object }) => this.isPresent(object))
    this.tool.place(state.q)
    for (const [k, { solid, state: object }] of this.present.entries()) {
      seen.objectSpeedMPerS = Math.max(seen.objectSpeedMPerS, lengthOf(object.velocity))
      seen.objectInTableM = Math.max(seen.objectInTableM, this.depthInTable(solid))
      for (const touching of this.tool.solids) {
        seen.toolInObjectM = Math.max(seen.toolInObjectM, overlap(touching, solid))
      }
      for (const { solid: other } of this.present.slice(0, k)) {
        seen.objectInObjectM = Math.max(seen.objectInObjectM, overlap(other, solid))
      }
    }
  }

  private lookAtJoints(): void {
    const { maxSpeedRadPerS } = this.model
    for (let i = 0; i < maxSpeedRadPerS.length; i++) {
      const share = Math.abs(this.state.qd[i]!) / maxSpeedRadPerS[i]!
      this.seen.jointSpeedShare = Math.max(this.seen.jointSpeedShare, share)
    }
  }

  /** Notes how an object has left, if it has. */
  private isPresent({ position }: ObjectState): boolean {
    const [x, y, z] = position as unknown as [number, number, number]
    if (Math.max(Math.abs(x), Math.abs(y)) > this.tableHalfSizeM) {
      this.seen.fallen++
      return false
    }
    if (z > tableHeightAt(this.table!, x, y)) return true
    this.seen.tunnelled++
    return false
  }

  private depthInTable({ position, quaternion, points }: Solid): number {
    const { normal, turned, inverse, table } = this
    tableNormal(table!, normal)
    invertQuaternion(quaternion, inverse)
    rotate(inverse, normal, turned)
    const [x, y, z] = position as unknown as [number, number, number]
    const middle = (z - tableHeightAt(table!, x, y)) * normal[2]!
    let lowest = 0
    for (let at = 0; at < points.length; at += 3) {
      const along = points[at]! * turned[0]! + points[at + 1]! * turned[1]!
      lowest = Math.min(lowest, middle + along + points[at + 2]! * turned[2]!)
    }
    return -lowest
  }
}

function isNumeric({ q, qd, tip, objects }: ArmState): boolean {
  let sum = tip[0]! + tip[1]! + tip[2]!
  for (let i = 0; i < q.length; i++) sum += q[i]! + qd[i]!
  for (const { position, velocity } of objects) {
    for (let i = 0; i < 3; i++) sum += position[i]! + velocity[i]!
  }
  return Number.isFinite(sum)
}

function lengthOf(vector: Float64Array): number {
  return Math.hypot(vector[0]!, vector[1]!, vector[2]!)
}
