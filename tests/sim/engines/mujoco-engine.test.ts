import { expect, test } from 'vitest'
import { pendulum } from '../../../bridge/bench/fidelity/scenes/pendulum.ts'
import { puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { nominalPhysics, panda, so101 } from './mujoco-fixtures.ts'

const objects = ['cylinder'] as const

async function withArm(arm: ReturnType<typeof pendulum>, timestepS = 0.002) {
  const engine = await createMujocoEngine({ arm, objects, count: 1, timestepS })
  const physics = nominalPhysics(arm)
  const run = (seconds: number, each?: (timeS: number) => void) => {
    for (let step = 1; step <= Math.round(seconds / timestepS); step++) {
      engine.step()
      each?.(step * timestepS)
    }
  }
  const state = engine.state(0)
  return { engine, physics, run, state, puck: state.objects[0]! }
}

test('a loaded joint sags to where the spring of the servo carries the weight', async () => {
  const { engine, physics, run, state } = await withArm(pendulum())
  engine.reset(0, physics, puckStart(physics, [0]))
  run(4)
  // Axis +y turns x towards -z: gravity pulls to positive angles. k q = m g l cos q, l = 0.15 m.
  const sag = state.q[0]!
  expect(8.9 * sag).toBeCloseTo(0.2 * 9.81 * 0.15 * Math.cos(sag), 4)
  engine.dispose()
})

test('a small swing has the period of the closed form', async () => {
  const arm = pendulum([0, 0, 1])
  const { engine, physics, run, state } = await withArm(arm)
  physics.dampingNmSPerRad.fill(0)
  engine.reset(0, physics, puckStart(physics, [0.05]))
  engine.setTarget(0, Float64Array.of(0))
  const crossings: number[] = []
  let before = 0.05
  run(2, (timeS) => {
    const now = state.q[0]!
    if (before > 0 && now <= 0) crossings.push(timeS - (0.002 * -now) / (before - now))
    before = now
  })
  // I = 0.028 + 1e-5 + 0.2·0.15² = 0.03251; T = 2π √(I / 8.9) = 0.37975 s
  expect(crossings[2]! - crossings[1]!).toBeCloseTo(0.37975, 2)
  engine.dispose()
})

test('backlash lets the load fall by half the play further', async () => {
  const { engine, physics, run, state } = await withArm(pendulum())
  engine.reset(0, physics, puckStart(physics, [0]))
  run(4)
  const tight = state.q[0]!
  physics.backlashRad.fill(0.02)
  engine.reset(0, physics, puckStart(physics, [0]))
  run(4)
  expect(state.q[0]! - tight).toBeCloseTo(0.01, 4)
  engine.dispose()
})

test('friction holds a joint still within its band, and load widens the band', async () => {
  const { engine, physics, run, state } = await withArm(pendulum([0, 0, 1]))
  physics.coulombNm.fill(0.1)
  engine.reset(0, physics, puckStart(physics, [0]))
  engine.setTarget(0, Float64Array.of(0.01)) // 0.089 Nm, under 0.1 Nm
  run(5)
  expect(Math.abs(state.q[0]!)).toBeLessThan(5e-4)
  engine.setTarget(0, Float64Array.of(0.013)) // 0.116 Nm
  run(5)
  expect(state.q[0]!).toBeGreaterThan(1e-3)
  physics.loadFriction.fill(0.2) // 0.1 + 0.2·0.116 = 0.123 Nm
  engine.reset(0, physics, puckStart(physics, [0]))
  engine.setTarget(0, Float64Array.of(0.013))
  run(5)
  expect(Math.abs(state.q[0]!)).toBeLessThan(5e-4)
  engine.dispose()
})

test('a controller that cancels gravity holds a Panda up, and errs by the mass it does not know', async () => {
  const arm = panda()
  const { engine, physics, run, state } = await withArm(arm)
  const pose = [0, -0.3, 0, -2.2, 0, 2, 0.8]
  physics.coulombNm.fill(0)
  engine.reset(0, physics, puckStart(physics, pose, 0.5))
  run(2)
  for (let joint = 0; joint < 7; joint++) expect(state.q[joint]!).toBeCloseTo(pose[joint]!, 3)
  const held = state.q[1]!
  physics.linkMassKg[6] = physics.linkMassKg[6]! + 0.5
  engine.reset(0, physics, puckStart(physics, pose, 0.5))
  run(2)
  // Half a kilogram at about 0.45 m: 2.2 Nm over 4500 Nm/rad is some 0.03 degrees.
  expect(state.q[1]! - held).toBeGreaterThan(2e-4)
  expect(state.q[1]! - held).toBeLessThan(1e-3)
  engine.dispose()
})

test('a puck on a slope slips above the angle of friction and rests below it', async () => {
  const { engine, physics, run, puck } = await withArm(pendulum())
  for (const [tilt, slides] of [
    [Math.atan(0.3) - 0.01, false],
    [Math.atan(0.3) + 0.01, true],
  ] as const) {
    physics.table.tiltXRad = tilt
    engine.reset(0, physics, puckStart(physics, [0], 0.3))
    run(1)
    expect(0.3 - puck.position[0]! > 0.01, `tilt ${tilt}`).toBe(slides)
  }
  engine.dispose()
})

test('under sideways gravity a puck slides as far as friction lets it', async () => {
  const { engine, physics, run, puck } = await withArm(pendulum())
  physics.gravity[0] = -5
  engine.reset(0, physics, puckStart(physics, [0], 0.3))
  run(0.5)
  // a = 5 - 0.3·9.81 = 2.057 m/s²; a t²/2 = 0.2571 m
  expect(0.3 - puck.position[0]!).toBeGreaterThan(0.2571 * 0.98)
  expect(0.3 - puck.position[0]!).toBeLessThan(0.2571 * 1.02)
  expect(puck.velocity[0]!).toBeCloseTo(-1.0285, 1)
  engine.dispose()
})

test('a puck that nobody touches stays where it is', async () => {
  const { engine, physics, run, puck } = await withArm(pendulum(), 0.008)
  engine.reset(0, physics, puckStart(physics, [0], 0.25, 0.1, 0.3))
  run(8)
  expect(puck.position[0]!).toBeCloseTo(0.25, 5)
  expect(puck.position[1]!).toBeCloseTo(0.1, 5)
  expect(puck.position[2]!).toBeCloseTo(0.018, 4)
  engine.dispose()
})

test('pressing on the table is felt as an upward force at the tip', async () => {
  const arm = pendulum()
  const { engine, physics, run, state } = await withArm(arm)
  physics.table.heightM = 0.5 - 0.02
  engine.reset(0, physics, puckStart(physics, [0], 0.6))
  engine.setTarget(0, Float64Array.of(0.3))
  run(3)
  // Moments about the axis: the servo and the weight press down, the table carries the tip's end.
  const q = state.q[0]!
  const moment = 8.9 * (0.3 - q) + 0.2 * 9.81 * 0.15 * Math.cos(q)
  expect(state.tipForce[2]!).toBeGreaterThan(0)
  expect(state.tipForce[2]! * 0.2).toBeGreaterThan(0.85 * moment)
  expect(state.tipForce[2]! * 0.2).toBeLessThan(1.15 * moment)
  engine.dispose()
})

test('pushing a puck at constant speed costs its friction force, on average over the steps', async () => {
  const arm = pendulum([0, 0, 1])
  arm.tool.approach.set([0, 0, -1])
  const { engine, physics, run, state, puck } = await withArm(arm)
  physics.table.heightM = 0.48
  const target = Float64Array.of(0)
  engine.reset(0, physics, puckStart(physics, [0], 0.19, 0.06))
  let force = 0
  let samples = 0
  let hop = 0
  run(0.9, (timeS) => {
    target[0] = 0.4 * timeS
    engine.setTarget(0, target)
    if (timeS <= 0.5) return
    force += state.tipForce[1]!
    hop += puck.velocity[2]! ** 2
    samples++
  })
  expect(puck.position[1]!).toBeGreaterThan(0.09)
  // µ m g = 0.3·0.08·9.81 = 0.235 N against the motion, which runs 75 to 80 degrees off the x axis
  expect(-force / samples).toBeGreaterThan(0.2)
  expect(-force / samples).toBeLessThan(0.27)
  // Contacts that lift what slides have it hop at millimetres per second.
  expect(Math.sqrt(hop / samples)).toBeLessThan(5e-4)
  engine.dispose()
})

test('a reset repeats an episode to the bit, whatever happened before', async () => {
  const arm = so101()
  const { engine, physics, run, state, puck } = await withArm(arm, 0.008)
  const episode = () => {
    engine.reset(0, physics, puckStart(physics, [0.1, -0.2, 0.5, 1.1, 0], 0.2, 0.01, 0.7))
    engine.setTarget(0, Float64Array.of(-0.4, 0.1, 0.4, 1, 0))
    run(1)
    return [...state.q, ...state.qd, ...puck.position, ...puck.velocity]
  }
  const first = episode()
  physics.objects[0]!.massKg = 0.2
  engine.reset(0, physics, puckStart(physics, [0, 0, 0, 0, 0]))
  run(0.3)
  physics.objects[0]!.massKg = 0.08
  expect(episode()).toEqual(first)
  engine.dispose()
})

test('arms do not touch each other, and many resets leave their views alive', async () => {
  const arm = so101()
  const physics = nominalPhysics(arm)
  const engine = await createMujocoEngine({ arm, objects, count: 40, timestepS: 0.008 })
  const pose = puckStart(physics, [0.1, -0.2, 0.5, 1.1, 0], 0.2, 0.01, 0.7)
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < engine.count; index++) engine.reset(index, physics, pose)
  }
  engine.setTarget(7, Float64Array.of(1, 0, 0, 0, 0))
  for (let step = 0; step < 20; step++) engine.step()
  expect(engine.state(39).q).toEqual(engine.state(0).q)
  expect(engine.state(7).q).not.toEqual(engine.state(0).q)
  engine.dispose()
})

test('stepping an arm that was never placed says so', async () => {
  const engine = await createMujocoEngine({ arm: pendulum(), objects, count: 1 })
  expect(() => engine.step()).toThrow(/never reset/)
})

test('an arm that has blown up is lost until its reset, and the others go on', async () => {
  const arm = pendulum()
  const physics = nominalPhysics(arm)
  const engine = await createMujocoEngine({ arm, objects, count: 2 })
  const begin = (index: number) => engine.reset(index, physics, puckStart(physics, [0.1]))
  const run = () => {
    for (let step = 0; step < 20; step++) engine.step()
  }
  const numbers = (index: number) => {
    const { q, qd, tip, tipForce, objects: pucks } = engine.state(index)
    return [...q, ...qd, ...tip, ...tipForce, ...pucks[0]!.position]
  }
  begin(0)
  begin(1)
  run()
  const together = numbers(0)
  expect(numbers(1)).toEqual(together)
  begin(0)
  begin(1)
  engine.disturb(1, { tool: new Float64Array(3).fill(Number.NaN), objects: [new Float64Array(3)] })
  run()
  const { q, tip } = engine.state(1)
  expect([...q, ...tip]).toEqual(Array(4).fill(Number.NaN))
  expect(numbers(0)).toEqual(together)
  engine.restore(engine.snapshot())
  run()
  expect([...q, ...tip]).toEqual(Array(4).fill(Number.NaN))
  begin(1)
  expect(numbers(1).every(Number.isFinite)).toBe(true)
  run()
  expect(numbers(1)).toEqual(together)
  engine.dispose()
})
