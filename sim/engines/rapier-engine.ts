import { init, World } from '@dimforge/rapier3d'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { tipCapsule } from '../scene/tip.ts'
import type { ArmState, Engine, Physics, Start } from './engine.ts'
import { RapierArm } from './rapier-arm.ts'
import type { CellPlace } from './rapier-cell.ts'

/** Bare strip between two tables, so that a puck pushed off its own falls [m]. */
const TABLE_GAP_M = 0.2
const MIN_SPACING_M = 1.2
/** Rapier's default of 30 lets contacts sink in; 120 keeps them within a third of a millimetre. */
const CONTACT_NATURAL_FREQUENCY = 120

export interface RapierEngineOptions {
  readonly arm: ArmModel
  readonly count: number
  readonly timestepS?: number
  /** Solver iterations per step. */
  readonly iterations?: number
  /** The joints' mass matrix is computed anew every so many steps. */
  readonly massMatrixEvery?: number
}

/** Many arms in one Rapier world: joints by our own dynamics, contacts of tip, puck and table by Rapier. */
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
  private readonly world: World
  private readonly arms: RapierArm[] = []

  constructor(options: RapierEngineOptions) {
    const { arm, count, timestepS = 0.008, iterations = 4, massMatrixEvery = 3 } = options
    this.count = count
    this.timestepS = timestepS
    this.world = createRapierWorld(timestepS, iterations)
    const capsule = tipCapsule(arm)
    const places = placesOf(arm, count)
    for (const place of places) {
      this.arms.push(new RapierArm(this.world, place, { arm, capsule, timestepS, massMatrixEvery }))
    }
  }

  reset(index: number, physics: Physics, start: Start): void {
    this.arms[index]!.reset(physics, start)
  }

  setTarget(index: number, target: Float64Array): void {
    this.arms[index]!.setTarget(target)
  }

  step(): void {
    const arms = this.arms
    for (let i = 0; i < arms.length; i++) arms[i]!.moveJoints()
    this.world.step()
    for (let i = 0; i < arms.length; i++) arms[i]!.readWorld()
  }

  state(index: number): ArmState {
    return this.arms[index]!.state
  }

  dispose(): void {
    this.world.free()
  }
}

/** A Rapier world with this project's settings and without gravity; the caller frees it. */
export function createRapierWorld(timestepS: number, iterations: number): World {
  const world = new World({ x: 0, y: 0, z: 0 })
  world.timestep = timestepS
  world.numSolverIterations = iterations
  world.integrationParameters.contact_natural_frequency = CONTACT_NATURAL_FREQUENCY
  return world
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

/** Upper bound of how far the tool point gets from the first joint's axis [m]. */
export function reachOf(arm: ArmModel): number {
  let reach = Math.hypot(...arm.tool.position)
  for (let i = 1; i < arm.numJoints; i++) {
    reach += Math.hypot(
      arm.originPosition[3 * i]!,
      arm.originPosition[3 * i + 1]!,
      arm.originPosition[3 * i + 2]!,
    )
  }
  return reach
}
