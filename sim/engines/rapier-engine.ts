import { init, type World } from '@dimforge/rapier3d'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { ObjectKind } from '../scene/object.ts'
import { tipCapsule } from '../scene/tip.ts'
import type { ArmState, Disturbance, Engine, Physics, Start } from './engine.ts'
import { RapierArm, reachOf } from './rapier-arm.ts'
import type { CellPlace } from './rapier-cell.ts'
import { createRapierWorld } from './rapier-world.ts'

/** Bare strip between two tables, so that a puck pushed off its own falls [m]. */
const TABLE_GAP_M = 0.2
const MIN_SPACING_M = 1.2

export interface RapierEngineOptions {
  readonly arm: ArmModel
  /** What lies on each table. */
  readonly objects: readonly ObjectKind[]
  readonly count: number
  readonly timestepS?: number
  /** Solver iterations per step. */
  readonly iterations?: number
  /** The joints' mass matrix is computed anew every so many steps. */
  readonly massMatrixEvery?: number
}

/**
 * Many arms in one Rapier world: joints by our own dynamics, contacts of objects, table and tip by
 * Rapier, what the objects do to the tip fed back to the joints.
 *
 * When all arms were reset at once they begin in a world of their own making: in a used one Rapier orders
 * contacts by what it has seen before, and an episode would not repeat to the last bit.
 *
 * After a reset the objects and the tip's body join the world one step late, at rest where they were put.
 * An arm whose joints blow up keeps a state of NaN, apart from the others, until it is reset.
 */
export async function createRapierEngine(options: RapierEngineOptions): Promise<Engine> {
  const { count, timestepS = 0.008 } = options
  if (!Number.isInteger(count) || count < 1 || !(timestepS > 0)) {
    throw new CodedError(
      'SIM_ENGINE_INVALID',
      `expected at least one arm and a positive time step, found ${count} arms and ${timestepS} s`,
    )
  }
  await init()
  return new RapierEngine(options)
}

class RapierEngine implements Engine {
  readonly kind = 'rapier'
  readonly count: number
  readonly timestepS: number
  private readonly iterations: number
  private world: World
  private readonly arms: RapierArm[] = []
  private isDisposed = false

  constructor(options: RapierEngineOptions) {
    const { arm, objects, count, timestepS = 0.008, iterations = 4, massMatrixEvery = 3 } = options
    this.count = count
    this.timestepS = timestepS
    this.iterations = iterations
    this.world = createRapierWorld(timestepS, iterations)
    const capsule = tipCapsule(arm)
    const places = placesOf(arm, count)
    const each = { arm, objects, capsule, timestepS, massMatrixEvery }
    for (const place of places) this.arms.push(new RapierArm(this.world, place, each))
  }

  reset(index: number, physics: Physics, start: Start): void {
    this.arms[index]!.reset(physics, start)
  }

  setTarget(index: number, target: Float64Array): void {
    this.arms[index]!.setTarget(target)
  }

  disturb(index: number, disturbance: Disturbance): void {
    this.arms[index]!.disturb(disturbance)
  }

  step(): void {
    const arms = this.arms
    if (this.haveAllBegun()) this.renewWorld()
    for (let i = 0; i < arms.length; i++) arms[i]!.moveJoints()
    this.world.step()
    for (let i = 0; i < arms.length; i++) arms[i]!.readWorld()
  }

  state(index: number): ArmState {
    return this.arms[index]!.state
  }

  private haveAllBegun(): boolean {
    for (let i = 0; i < this.arms.length; i++) if (!this.arms[i]!.isWithdrawn) return false
    return true
  }

  private renewWorld(): void {
    this.world.free()
    this.world = createRapierWorld(this.timestepS, this.iterations)
    for (const arm of this.arms) arm.moveTo(this.world)
  }

  dispose(): void {
    if (this.isDisposed) return
    this.isDisposed = true
    this.world.free()
  }
}

/** Places of the arms on a square grid, wide enough that no arm reaches its neighbour's table. */
function placesOf(arm: ArmModel, count: number): CellPlace[] {
  const spacing = Math.max(MIN_SPACING_M, 2.1 * reachOf(arm))
  const side = Math.ceil(Math.sqrt(count))
  const places: CellPlace[] = []
  for (let i = 0; i < count; i++) {
    places.push({
      xM: ((i % side) - (side - 1) / 2) * spacing,
      yM: (Math.floor(i / side) - (side - 1) / 2) * spacing,
      tableHalfSizeM: (spacing - TABLE_GAP_M) / 2,
    })
  }
  return places
}
