import { init, type World } from '@dimforge/rapier3d'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { ObjectKind } from '../scene/object.ts'
import { tipCapsule } from '../scene/tip.ts'
import {
  type ArmState,
  type ArmWorld,
  checkSize,
  type Disturbance,
  type Engine,
  type Physics,
  type Start,
} from './engine.ts'
import { RapierArm, reachOf } from './rapier-arm.ts'
import type { CellPlace } from './rapier-cell.ts'
import { createRapierWorld, restoreRapierWorld } from './rapier-world.ts'
import { checkLayout, type Snapshot } from './snapshot.ts'

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
 * After a reset the objects and the tip's body join the world one step late, where they were put.
 * An arm whose joints blow up keeps a state of NaN, apart from the others, until it is reset.
 */
export async function createRapierEngine(options: RapierEngineOptions): Promise<Engine> {
  const { count, timestepS = 0.008 } = options
  checkSize(count, timestepS)
  await loadRapier()
  return new RapierEngine(options)
}

let loaded: Promise<void> | undefined

/** Once for all: a second instance, begun while the first is loading, would take its objects over. */
function loadRapier(): Promise<void> {
  loaded ??= init()
  return loaded
}

interface RapierSnapshot extends Snapshot {
  /** Rapier's own bytes. */
  readonly world: Uint8Array
  readonly arms: readonly ReturnType<RapierArm['save']>[]
}

class RapierEngine implements Engine {
  readonly kind = 'rapier'
  readonly count: number
  readonly timestepS: number
  readonly worlds: readonly ArmWorld[]
  private readonly iterations: number
  private world: World
  private readonly arms: RapierArm[] = []
  private readonly layout: string
  private isDisposed = false

  constructor(options: RapierEngineOptions) {
    const { arm, objects, count, timestepS = 0.008, iterations = 4, massMatrixEvery = 3 } = options
    this.count = count
    this.timestepS = timestepS
    this.worlds = [{ first: 0, count, step: () => this.step() }]
    this.iterations = iterations
    this.world = createRapierWorld(timestepS, iterations)
    const capsule = tipCapsule(arm)
    const places = placesOf(arm, count)
    const each = { arm, objects, capsule, timestepS, massMatrixEvery }
    for (const place of places) this.arms.push(new RapierArm(this.world, place, each))
    const settings = `${timestepS} s, ${iterations} iterations, masses every ${massMatrixEvery}`
    this.layout = `${count} ${arm.name} with ${objects.join(', ')} in Rapier, ${settings}`
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

  snapshot(): RapierSnapshot {
    const { layout, world, arms } = this
    return { layout, world: world.takeSnapshot(), arms: arms.map((arm) => arm.save()) }
  }

  restore(snapshot: Snapshot): void {
    checkLayout(snapshot, this.layout)
    const { world, arms } = snapshot as RapierSnapshot
    const copy = restoreRapierWorld(world)
    this.world.free()
    this.world = copy
    for (let i = 0; i < this.count; i++) this.arms[i]!.restore(copy, arms[i]!)
  }

  private haveAllBegun(): boolean {
    for (let i = 0; i < this.arms.length; i++) if (!this.arms[i]!.isWithdrawn) return false
    return true
  }

  private renewWorld(): void {
    this.world.free()
    this.world = createRapierWorld(this.timestepS, this.iterations)
    for (const arm of this.arms) arm.settleIn(this.world)
  }

  dispose(): void {
    if (this.isDisposed) return
    this.isDisposed = true
    this.world.free()
  }
}

/** Distance of one arm from the next, wide enough that none reaches its neighbour's table [m]. */
function spacingOf(arm: ArmModel): number {
  return Math.max(MIN_SPACING_M, 2.1 * reachOf(arm))
}

/** How far an arm's table goes along x and y, each way from the base axis [m]. */
export function tableHalfSizeOf(arm: ArmModel): number {
  return (spacingOf(arm) - TABLE_GAP_M) / 2
}

/** Places of the arms on a square grid. */
function placesOf(arm: ArmModel, count: number): CellPlace[] {
  const spacing = spacingOf(arm)
  const side = Math.ceil(Math.sqrt(count))
  const places: CellPlace[] = []
  for (let i = 0; i < count; i++) {
    places.push({
      xM: ((i % side) - (side - 1) / 2) * spacing,
      yM: (Math.floor(i / side) - (side - 1) / 2) * spacing,
      tableHalfSizeM: tableHalfSizeOf(arm),
    })
  }
  return places
}
