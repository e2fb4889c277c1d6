import { init } from '@dimforge/rapier3d'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pendulum } from '../../../bridge/bench/fidelity/scenes/pendulum.ts'
import { puckPhysics } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import {
  createDisturbance,
  type ObjectPhysics,
  type ObjectPose,
} from '../../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { FOOT_CLEARANCE_M } from '../../../sim/scene/object.ts'
import { nominalPhysics } from './mujoco-fixtures.ts'
import { LedTool } from './rapier-fixture.ts'

const G = 9.81
const CUBE_HALF_M = 0.0125
/** Height of a cube on another: only the table holds feet up, so it stands on its body. */
const STACKED_M = 3 * CUBE_HALF_M - FOOT_CLEARANCE_M
const TEE_HALF_M = [0.04, 0.04, 0.015] as const
const UPRIGHT = [0, 0, 0, 1]

let tool: LedTool | undefined

beforeAll(() => init())
afterEach(() => {
  tool?.world.free()
  tool = undefined
})

const cube = (frictionTable = 0.3): ObjectPhysics => ({
  shape: { kind: 'box', halfSizeM: new Float64Array(3).fill(CUBE_HALF_M) },
  massKg: 0.05,
  comM: new Float64Array(3),
  frictionTable,
  frictionTip: 0.4,
})

const tee = (): ObjectPhysics => ({
  shape: { kind: 'tee', halfSizeM: Float64Array.from(TEE_HALF_M) },
  massKg: 0.1,
  comM: new Float64Array(3),
  frictionTable: 0.3,
  frictionTip: 0.4,
})

const pose = (
  position: readonly number[],
  quaternion: readonly number[] = UPRIGHT,
): ObjectPose => ({
  position: Float64Array.from(position),
  quaternion: Float64Array.from(quaternion),
})

function placed(objects: readonly ObjectPhysics[], poses: readonly ObjectPose[]): LedTool {
  const start = { q: new Float64Array(0), objects: poses }
  tool = new LedTool({ ...puckPhysics({}), objects }, start)
  return tool
}

/** How far objects slide that are let go together along x with a speed [m/s], until they rest. */
function letGo(led: LedTool, speed: number): number[] {
  led.run(0.2)
  for (const { body } of led.cell.objects) body.setLinvel({ x: speed, y: 0, z: 0 }, false)
  const from = structuredClone(led.state.objects)
  led.run(1.2)
  return led.state.objects.map(({ position }, k) => {
    const begin = from[k]!.position
    return Math.hypot(position[0]! - begin[0]!, position[1]! - begin[1]!)
  })
}

const slideOf = (speed: number, friction: number) => speed ** 2 / (2 * friction * G)

/** Largest distance of any object from its start over a number of steps [m]. */
function largestDrift(
  start: readonly ObjectPose[],
  objects: readonly ObjectPose[],
  step: () => void,
  numSteps: number,
): number {
  let drift = 0
  for (let i = 0; i < numSteps; i++) {
    step()
    for (let k = 0; k < objects.length; k++) {
      const offset = objects[k]!.position.map((value, axis) => value - start[k]!.position[axis]!)
      drift = Math.max(drift, Math.hypot(...offset))
    }
  }
  return drift
}

const STACKS = [
  { name: 'evenly', upper: pose([0.3, 0.1, STACKED_M]) },
  {
    name: 'askew',
    upper: pose([0.308, 0.1, STACKED_M], [0, 0, Math.sin(0.3), Math.cos(0.3)]),
  },
].map(({ name, upper }) => ({ name, start: [pose([0.3, 0.1, CUBE_HALF_M]), upper] }))

describe('objects in the Rapier cell', () => {
  it.each([
    { speed: 0.5, mu: 0.3 },
    { speed: 1, mu: 0.3 },
    { speed: 0.7, mu: 0.6 },
    { speed: 0.5, mu: 0.15 },
  ])('a cube slides v²/(2µg) at $speed m/s and µ $mu', ({ speed, mu }) => {
    const led = placed([cube(mu)], [pose([0, 0, CUBE_HALF_M])])
    const [slid] = letGo(led, speed)
    expect(slid! / slideOf(speed, mu)).toBeCloseTo(1, 1)
    expect(led.state.objects[0]!.position[2]).toBeCloseTo(CUBE_HALF_M, 4)
  })

  it("objects of different friction slide as far as each one's own lets it", () => {
    const frictions = [0.2, 0.5]
    const led = placed(frictions.map(cube), [
      pose([0, -0.1, CUBE_HALF_M]),
      pose([0, 0.1, CUBE_HALF_M]),
    ])
    const slid = letGo(led, 0.6)
    for (const [k, friction] of frictions.entries()) {
      expect(slid[k]! / slideOf(0.6, friction)).toBeCloseTo(1, 1)
    }
  })

  it.each([1.3, 1.57, -1.8])(
    'a cube rolled by %f rad lies on its side, not in the table',
    (roll) => {
      const turned = [Math.sin(roll / 2), 0, 0, Math.cos(roll / 2)]
      const led = placed([cube()], [pose([0, 0, 0.02], turned)])
      led.run(1.5)
      const { position, quaternion } = led.state.objects[0]!
      const up = 1 - 2 * (quaternion[0]! ** 2 + quaternion[1]! ** 2)
      expect(Math.abs(up)).toBeLessThan(0.05)
      expect(Math.abs(position[2]! - CUBE_HALF_M)).toBeLessThan(5e-4)
    },
  )

  it('a tee that falls askew comes to rest flat', () => {
    const lean = [Math.sin(0.15) * 0.6, Math.sin(0.15) * 0.8, 0, Math.cos(0.15)]
    const led = placed([tee()], [pose([0.1, 0, 0.05], lean)])
    led.run(1.5)
    const { position, quaternion, velocity, angularVelocity } = led.state.objects[0]!
    expect(position[2]).toBeCloseTo(TEE_HALF_M[2], 4)
    expect(Math.hypot(quaternion[0]!, quaternion[1]!)).toBeLessThan(0.002)
    expect(Math.hypot(...velocity)).toBeLessThan(1e-3)
    expect(Math.hypot(...angularVelocity)).toBeLessThan(0.02)
  })

  it.each(STACKS)('two cubes stacked $name stay stacked', ({ start }) => {
    const led = placed([cube(), cube()], start)
    const drift = largestDrift(start, led.state.objects, () => led.step(0, 0, 1), 250)
    expect(drift).toBeLessThan(0.0005)
  })
})

describe.each(['Rapier', 'MuJoCo'])('a cube that is slowly pushed off another, in %s', (name) => {
  it('has come down by the time it is past the edge', async () => {
    const arm = pendulum([0, 0, 1])
    const scene = { arm, objects: ['box', 'box'] as const, count: 1, timestepS: 0.008 }
    const engine = await (name === 'Rapier' ? createRapierEngine(scene) : createMujocoEngine(scene))
    const [lower, upper] = [cube(0.8), { ...cube(0.8), frictionTip: 0.2 }]
    const physics = { ...nominalPhysics(arm), objects: [lower, upper] }
    const objects = STACKS[0]!.start
    engine.reset(0, physics, { q: arm.restPose, objects })
    const push = createDisturbance(2)
    // Friction holds with 0.2 · 0.05 · 9.81 = 0.098 N.
    push.objects[1]![1] = 0.105
    engine.disturb(0, push)
    const { position } = engine.state(0).objects[1]!
    const beginY = objects[1]!.position[1]!
    const pastM = 2.5 * CUBE_HALF_M
    for (let i = 0; i < 250 && position[1]! - beginY < pastM; i++) engine.step()
    expect(position[1]! - beginY).toBeGreaterThan(pastM)
    expect(position[2]!).toBeLessThan(STACKED_M - 0.005)
    engine.dispose()
  })
})

describe('objects in MuJoCo', () => {
  it.each(STACKS)('two cubes stacked $name stay stacked', async ({ start }) => {
    const arm = pendulum([0, 0, 1])
    const engine = await createMujocoEngine({
      arm,
      objects: ['box', 'box'],
      count: 1,
      timestepS: 0.008,
    })
    const physics = { ...nominalPhysics(arm), objects: [cube(), cube()] }
    engine.reset(0, physics, { q: arm.restPose, objects: start })
    const drift = largestDrift(start, engine.state(0).objects, () => engine.step(), 250)
    engine.dispose()
    expect(drift).toBeLessThan(0.001)
  })
})
