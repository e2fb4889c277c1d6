import type { World } from '@dimforge/rapier3d'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { nominalGeometry } from '../../../robot/model/arm-geometry.ts'
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
import { puckStart } from './start-fixture.ts'

export const TIP_RADIUS_M = 0.01
const TIP_MASS_KG = 0.8
const CAPSULE = { radiusM: TIP_RADIUS_M, halfAxisM: 0.025, centreBackM: 0.035 }

export interface PuckWorld {
  gravity?: number[]
  massKg?: number
  frictionTable?: number
  frictionTip?: number
  radiusM?: number
  halfHeightM?: number
  tiltXRad?: number
  tiltYRad?: number
  heightM?: number
}

/** The arm's nominal physics, without backlash, and a puck's world. */
export function nominalPhysics(arm: ArmModel, world: PuckWorld): Physics {
  const physics = puckPhysics(world, arm.numJoints)
  physics.linkMassKg.set(arm.massKg)
  physics.inertiaScale.fill(1)
  physics.stiffnessNmPerRad.set(arm.stiffnessNmPerRad)
  physics.dampingNmSPerRad.set(arm.dampingNmSPerRad)
  physics.coulombNm.set(arm.coulombNm)
  physics.armatureKgM2.set(arm.armatureKgM2)
  physics.stallTorqueNm.set(arm.stallTorqueNm)
  return physics
}

export function puckPhysics(w: PuckWorld, numJoints = 0): Physics {
  const radiusM = w.radiusM ?? 0.03
  const joints = () => new Float64Array(numJoints)
  return {
    linkMassKg: joints(),
    inertiaScale: joints(),
    stiffnessNmPerRad: joints(),
    dampingNmSPerRad: joints(),
    coulombNm: joints(),
    loadFriction: joints(),
    armatureKgM2: joints(),
    stallTorqueNm: joints(),
    backlashRad: joints(),
    deadBandRad: joints(),
    voltageSag: 0,
    ...nominalGeometry(numJoints),
    gravity: Float64Array.from(w.gravity ?? [0, 0, -9.81]),
    objects: [
      {
        shape: {
          kind: 'cylinder',
          halfSizeM: Float64Array.of(radiusM, radiusM, w.halfHeightM ?? 0.018),
        },
        massKg: w.massKg ?? 0.08,
        comM: new Float64Array(3),
        frictionTable: w.frictionTable ?? 0.35,
        frictionTip: w.frictionTip ?? 0.4,
      },
    ],
    table: {
      heightM: w.heightM ?? 0,
      tiltXRad: w.tiltXRad ?? 0,
      tiltYRad: w.tiltYRad ?? 0,
      frictionTip: 0.3,
    },
  }
}

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
