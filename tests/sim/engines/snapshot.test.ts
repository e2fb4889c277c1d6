import { afterEach, describe, expect, it } from 'vitest'
import { nominalPhysics, puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { ArmState, Engine } from '../../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import type { Snapshot } from '../../../sim/engines/snapshot.ts'

const arm = compileArm(loadArmDescription('so101'))
const COUNT = 3
/** Tool some 14 mm above the table, 19 cm in front. */
const LOW = Float64Array.from(arm.restPose)
LOW[1] = LOW[1]! + 0.26
const STEPS = 60
/** Steps that are compared after a restore. */
const FOLLOWED = 15

const options = { arm, objects: ['cylinder'], count: COUNT, timestepS: 0.008 } as const
const create = () => createRapierEngine(options)

const engines: Engine[] = []
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose()
})

function place(engine: Engine, index: number, gravityZ = -9.81): void {
  const physics = nominalPhysics(arm, { gravity: [0, 0, gravityZ], massKg: 0.05 + 0.02 * index })
  engine.reset(index, physics, puckStart(physics, LOW, 0.19, 0.04))
}

/** One step of a run in which every arm pushes its puck and one after the other begins anew. */
function play(engine: Engine, step: number): void {
  if (step % 11 === 5) place(engine, Math.floor(step / 11) % COUNT)
  const target = Float64Array.from(LOW)
  for (let index = 0; index < COUNT; index++) {
    if ((step + index) % 4 === 0) continue // Keeps the set-point that it had.
    target[0] = LOW[0]! - 0.5 * Math.sin(step / (20 + index))
    engine.setTarget(index, target)
  }
  engine.step()
}

const statesOf = (engine: Engine): ArmState[] =>
  Array.from({ length: COUNT }, (_, index) => structuredClone(engine.state(index)))

describe.each([
  { name: 'Rapier', createEngine: create, every: 2 },
  { name: 'MuJoCo', createEngine: () => createMujocoEngine(options), every: 7 },
])('an engine of $name', ({ createEngine, every }) => {
  it('goes on from a snapshot of any step, arms that were just reset among them', async () => {
    const engine = await createEngine()
    const other = await createEngine()
    engines.push(engine, other)
    for (let index = 0; index < COUNT; index++) place(engine, index)
    const snapshots: Snapshot[] = []
    const states = [statesOf(engine)]
    for (let step = 0; step < STEPS; step++) {
      snapshots.push(structuredClone(engine.snapshot()))
      play(engine, step)
      states.push(statesOf(engine))
    }
    const touches = states.flat().filter(({ tipForce }) => Math.hypot(...tipForce) > 0.1)
    expect(touches.length).toBeGreaterThan(STEPS / 2)
    for (let begin = 0; begin < STEPS; begin += every) {
      for (const restored of [engine, other]) {
        restored.restore(snapshots[begin]!)
        expect(statesOf(restored)).toEqual(states[begin])
        for (let step = begin; step < Math.min(STEPS, begin + FOLLOWED); step++) {
          play(restored, step)
          expect(statesOf(restored)).toEqual(states[step + 1])
        }
      }
    }
  })
})

describe('a Rapier engine', () => {
  it('keeps an arm that has blown up apart after it was restored, and takes it back', async () => {
    const engine = await create()
    engines.push(engine)
    for (let index = 0; index < COUNT; index++)
      place(engine, index, index === 1 ? Number.NaN : -9.81)
    for (let step = 0; step < 4; step++) engine.step()
    const snapshot = engine.snapshot()
    for (let index = 0; index < COUNT; index++) place(engine, index)
    engine.restore(snapshot)
    for (let step = 0; step < 4; step++) engine.step()
    expect(engine.state(1).tip[0]).toBeNaN()
    expect(engine.state(0).tip.every(Number.isFinite)).toBe(true)
    place(engine, 1)
    engine.step()
    expect(engine.state(1).tip.every(Number.isFinite)).toBe(true)
  })

  it('refuses bytes that are no world and goes on', async () => {
    const engine = await create()
    engines.push(engine)
    for (let index = 0; index < COUNT; index++) place(engine, index)
    engine.step()
    const before = statesOf(engine)
    const damaged = { ...engine.snapshot(), world: new Uint8Array(100).fill(255) }
    expect(() => engine.restore(damaged)).toThrow(
      expect.objectContaining({ code: 'SIM_SNAPSHOT_INVALID' }),
    )
    expect(statesOf(engine)).toEqual(before)
    engine.step()
    expect(engine.state(0).tip.every(Number.isFinite)).toBe(true)
  })
})
