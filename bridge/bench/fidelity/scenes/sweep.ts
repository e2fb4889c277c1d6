import type { ArmModel } from '../../../../robot/model/arm.ts'
import type { ArmState, Engine, Physics, Start } from '../../../../sim/engines/engine.ts'
import { boxPhysics, nominalPhysics, puckStart } from './table-world.ts'

const STEPS = 260
const WAIT_STEPS = 40
const RAD_PER_STEP = 0.0045

/** An SO-101 with its tool some 14 mm above the table, 19 cm in front. */
export function lowPose(so101: ArmModel): Float64Array {
  const q = Float64Array.from(so101.restPose)
  q[1] = q[1]! + 0.26
  return q
}

/** Turns the first joint by `sweepRad` from where the start has it, in 8 ms steps; the state at the end. */
export function sweep(
  engine: Engine,
  physics: Physics,
  start: Start,
  sweepRad: number,
  afterStep: (step: number, state: ArmState) => void = () => undefined,
): ArmState {
  engine.reset(0, physics, start)
  const target = Float64Array.from(start.q)
  for (let step = 0; step < STEPS; step++) {
    const turned = Math.max(0, step - WAIT_STEPS) * RAD_PER_STEP
    target[0] = start.q[0]! + Math.min(sweepRad, turned)
    engine.setTarget(0, target)
    engine.step()
    afterStep(step, engine.state(0))
  }
  return structuredClone(engine.state(0))
}

/** An arm without joint friction: what bends it shows in full. */
export function limberPhysics(arm: ArmModel, world: Parameters<typeof nominalPhysics>[1]): Physics {
  const physics = nominalPhysics(arm, world)
  physics.coulombNm.fill(0)
  return physics
}

/** A puck where nothing reaches it. */
export function puckApart(physics: Physics, q: ArrayLike<number>): Start {
  return puckStart(physics, q, -0.3, 0.2)
}

const BLOCK_M = 0.02
const WALL_M = [0.1, 0.05, 0.05] as const

/** A light block between the tool and a wall, all but touching; a sweep to greater angles goes that way, to -y. */
export function blockAtWall(
  physics: Physics,
  q: Float64Array,
  tip: ArrayLike<number>,
  tipRadiusM: number,
): { readonly physics: Physics; readonly start: Start } {
  const friction = { table: 0.5, tip: 0.4 }
  const block = boxPhysics([BLOCK_M, BLOCK_M, BLOCK_M], 0.05, friction)
  const wall = boxPhysics(WALL_M, 50, { table: 2, tip: 0.4 })
  const blockY = tip[1]! - tipRadiusM - BLOCK_M - 0.001
  const upright = Float64Array.of(0, 0, 0, 1)
  const objects = [
    { position: Float64Array.of(tip[0]!, blockY, BLOCK_M), quaternion: upright },
    {
      position: Float64Array.of(tip[0]!, blockY - BLOCK_M - WALL_M[1], WALL_M[2]),
      quaternion: upright,
    },
  ]
  return { physics: { ...physics, objects: [block, wall] }, start: { q, objects } }
}
