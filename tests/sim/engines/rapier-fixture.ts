import type { World } from '@dimforge/rapier3d'
import { puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import {
  type ArmState,
  createArmState,
  type ObjectState,
  type Physics,
  type Start,
} from '../../../sim/engines/engine.ts'
import { type CellPlace, RapierCell } from '../../../sim/engines/rapier-cell.ts'
import { RapierTip } from '../../../sim/engines/rapier-tip.ts'
import { createRapierWorld } from '../../../sim/engines/rapier-world.ts'

export const TIP_RADIUS_M = 0.01
const TIP_MASS_KG = 0.8
const CAPSULE = { radiusM: TIP_RADIUS_M, halfAxisM: 0.025, centreBackM: 0.035 }

/** One cell alone in a world, its tool led by hand. The caller frees `world`. */
export class LedTool {
  readonly world: World
  readonly cell: RapierCell
  readonly tip: RapierTip
  readonly state: ArmState
  readonly timestepS: number
  readonly approach = Float64Array.of(0, 0, -1)

  constructor(physics: Physics, start: Start = puckStart(physics, [], 0, 0), timestepS = 0.008) {
    this.timestepS = timestepS
    this.state = createArmState(0, physics.objects.length)
    this.state.tip.set([0, 0, 1])
    this.world = createRapierWorld(timestepS, 4)
    const place: CellPlace = { xM: 0, yM: 0, tableHalfSizeM: 2 }
    const kinds = physics.objects.map(({ shape }) => shape.kind)
    this.cell = new RapierCell(this.world, place, kinds)
    this.tip = new RapierTip(CAPSULE, { timestepS, massKg: TIP_MASS_KG, maxForceN: 50 })
    this.tip.join(this.world, this.cell)
    this.tip.reset(physics.objects)
    this.cell.enter(physics, start)
    this.tip.enter(this.cell, this.state)
    this.cell.readObjects(this.state.objects)
  }

  /** The first object, live. */
  get puck(): ObjectState {
    return this.state.objects[0]!
  }

  /** Starts the tool at a point, at rest. */
  place(x: number, y: number, z: number): void {
    this.state.tip.set([x, y, z])
    this.tip.enter(this.cell, this.state)
  }

  /** One step with the tool led to a point. */
  step(x: number, y: number, z: number): void {
    const to = [x, y, z]
    const { tip, tipVelocity } = this.state
    for (let i = 0; i < 3; i++) {
      tipVelocity[i] = (to[i]! - tip[i]!) / this.timestepS
      tip[i] = to[i]!
    }
    this.tip.send(this.cell, this.state, this.approach)
    this.cell.prepare(this.state.objects, this.tip)
    this.world.step()
    this.tip.feel()
    this.cell.readObjects(this.state.objects)
  }

  /** Steps with the tool out of the way. */
  run(seconds: number): void {
    for (let t = 0; t < seconds; t += this.timestepS) this.step(0, 0, 1)
  }
}

export function yawOf(q: Float64Array): number {
  return 2 * Math.atan2(q[2]!, q[3]!)
}
