import type { ArmModel } from '../../../../robot/model/arm.ts'
import { nominalGeometry } from '../../../../robot/model/arm-geometry.ts'
import {
  createObjectState,
  type ObjectPhysics,
  type Physics,
  type Start,
} from '../../../../sim/engines/engine.ts'
import { restOnTable } from '../../../../sim/scene/table.ts'

/** A table and a puck on it, as far as they differ from the usual ones. */
export interface TableWorld {
  readonly gravity?: readonly number[]
  readonly massKg?: number
  readonly frictionTable?: number
  readonly frictionTip?: number
  readonly radiusM?: number
  readonly halfHeightM?: number
  readonly tiltXRad?: number
  readonly tiltYRad?: number
  readonly heightM?: number
}

/** The arm as described, without backlash, and one puck on a table. */
export function nominalPhysics(arm: ArmModel, world: TableWorld = {}): Physics {
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

/** The same with joints of nothing. */
export function puckPhysics(world: TableWorld, numJoints = 0): Physics {
  const radiusM = world.radiusM ?? 0.03
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
    gravity: Float64Array.from(world.gravity ?? [0, 0, -9.81]),
    objects: [
      {
        shape: {
          kind: 'cylinder',
          halfSizeM: Float64Array.of(radiusM, radiusM, world.halfHeightM ?? 0.018),
        },
        massKg: world.massKg ?? 0.08,
        comM: new Float64Array(3),
        frictionTable: world.frictionTable ?? 0.35,
        frictionTip: world.frictionTip ?? 0.4,
      },
    ],
    table: {
      heightM: world.heightM ?? 0,
      tiltXRad: world.tiltXRad ?? 0,
      tiltYRad: world.tiltYRad ?? 0,
      frictionTip: 0.3,
    },
  }
}

/** Joints at `q`, and the only object at rest on the table. */
export function puckStart(
  physics: Physics,
  q: ArrayLike<number>,
  x = 0.25,
  y = 0,
  yawRad = 0,
): Start {
  const { table, objects } = physics
  const puck = createObjectState()
  restOnTable(table, objects[0]!.shape.halfSizeM[2]!, x, y, yawRad, puck)
  return { q: Float64Array.from(q), objects: [puck] }
}

/** An even box. @param halfSizeM - [3] */
export function boxPhysics(
  halfSizeM: readonly [number, number, number],
  massKg: number,
  friction: { readonly table: number; readonly tip: number },
): ObjectPhysics {
  return {
    shape: { kind: 'box', halfSizeM: Float64Array.from(halfSizeM) },
    massKg,
    comM: new Float64Array(3),
    frictionTable: friction.table,
    frictionTip: friction.tip,
  }
}
