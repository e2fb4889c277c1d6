import type { Engine } from '../../../../sim/engines/engine.ts'
import { playStrokes } from '../../bench-physics.ts'
import { TIMESTEP_S } from '../../reports/physics.ts'
import type { Finding } from '../row.ts'
import { createKnocks, hasFallen, STACK_SIZE } from '../scenes/toppling.ts'
import { type FidelitySetup, MUJOCO } from '../setup.ts'

const NUM_KNOCKS = 48

/** Stacks of cubes that are knocked: how many fall, and whether the same ones. */
export async function knockedStacks(setup: FidelitySetup): Promise<Finding[]> {
  const { subject } = setup
  const knocks = createKnocks(NUM_KNOCKS, subject, TIMESTEP_S)
  const objects = Array.from({ length: STACK_SIZE }, () => 'box' as const)
  const fall = (engine: Engine) => {
    knocks.forEach(({ physics, start }, arm) => {
      engine.reset(arm, physics, start)
    })
    playStrokes(engine, knocks)
    return knocks.map((_, arm) => hasFallen(engine.state(arm).objects[STACK_SIZE - 1]!))
  }
  const scene = { arm: subject.model, objects, count: NUM_KNOCKS }
  const { rapier, mujoco } = await setup.inBoth(scene, fall)
  const share = (fell: readonly boolean[]) => fell.filter(Boolean).length / NUM_KNOCKS
  const differing = rapier.filter((fell, k) => fell !== mujoco[k]).length / NUM_KNOCKS
  const shares = {
    against: MUJOCO,
    unit: 'share',
    measured: share(rapier),
    expected: share(mujoco),
    errorUnit: 'share',
    seeds: [subject.seed],
  } as const
  return [
    {
      what: `${NUM_KNOCKS} stacks of ${STACK_SIZE} cubes, knocked: share that falls`,
      ...shares,
      error: Math.abs(share(rapier) - share(mujoco)),
      bar: 0.1,
    },
    {
      what: `${NUM_KNOCKS} stacks, knocked: share that ends otherwise than in the reference`,
      ...shares,
      error: differing,
      bar: 0.15,
    },
  ]
}
