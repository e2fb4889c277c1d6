import { init } from '@dimforge/rapier3d'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  puckPhysics,
  puckStart,
  type TableWorld,
} from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { tableHeightAt, tableNormal } from '../../../sim/scene/table.ts'
import { LedTool, TIP_RADIUS_M, yawOf } from './rapier-fixture.ts'

const G = 9.81
const RADIUS = 0.03
const SETTLE_S = 0.2

let tool: LedTool

beforeAll(() => init())
afterEach(() => tool.world.free())

function settled(world: TableWorld, x = 0, y = 0, yawRad = 0): LedTool {
  const physics = puckPhysics(world)
  tool = new LedTool(physics, puckStart(physics, [], x, y, yawRad))
  tool.run(SETTLE_S)
  return tool
}

/** Distance and turn of a puck let go with a speed [m/s] and a spin [rad/s], until it rests. */
function letGo(speed: number, spin: number): { distance: number; turn: number } {
  const { body } = tool.cell.objects[0]!
  body.setLinvel({ x: speed, y: 0, z: 0 }, false)
  body.setAngvel({ x: 0, y: 0, z: spin }, false)
  const [x0, y0] = tool.puck.position
  let turn = 0
  let last = yawOf(tool.puck.quaternion)
  for (let i = 0; i < 150; i++) {
    tool.step(0, 0, 1)
    const yaw = yawOf(tool.puck.quaternion)
    turn += yaw - last - 2 * Math.PI * Math.round((yaw - last) / (2 * Math.PI))
    last = yaw
  }
  const [x, y] = tool.puck.position
  return { distance: Math.hypot(x! - x0!, y! - y0!), turn }
}

/** The same by planar mechanics: four equally loaded feet, each braking against its own motion. */
function slideOfFourFeet(
  speed: number,
  spin: number,
  mu: number,
): { distance: number; turn: number } {
  const dt = 1e-5
  let [x, y, turn, vx, vy, w] = [0, 0, 0, speed, 0, spin]
  for (let t = 0; t < 1; t += dt) {
    let [ax, ay, torque] = [0, 0, 0]
    for (let i = 0; i < 4; i++) {
      const angle = turn + (i * Math.PI) / 2
      const rx = ((RADIUS * 2) / 3) * Math.cos(angle)
      const ry = ((RADIUS * 2) / 3) * Math.sin(angle)
      const ux = vx - w * ry
      const uy = vy + w * rx
      const u = Math.hypot(ux, uy) + 1e-4
      const fx = (-mu * G * ux) / u / 4
      const fy = (-mu * G * uy) / u / 4
      ax += fx
      ay += fy
      torque += rx * fy - ry * fx
    }
    vx += dt * ax
    vy += dt * ay
    w += (dt * torque) / (RADIUS * RADIUS * 0.5)
    x += dt * vx
    y += dt * vy
    turn += dt * w
  }
  return { distance: Math.hypot(x, y), turn }
}

describe('a puck in the Rapier cell', () => {
  it.each([
    { speed: 0.5, mu: 0.3 },
    { speed: 1, mu: 0.3 },
    { speed: 0.7, mu: 0.6 },
    { speed: 0.5, mu: 0.15 },
  ])('slides v²/(2µg) at $speed m/s and µ $mu: the rougher partner counts', ({ speed, mu }) => {
    settled({ frictionTable: mu })
    const expected = speed ** 2 / (2 * mu * G)
    expect(letGo(speed, 0).distance / expected).toBeCloseTo(1, 1)
  })

  // Braked along K⁻¹ u instead of along its slip u, the slower one slides 9 % less.
  it.each([
    { speed: 0.5, spin: 20 },
    { speed: 0.2, spin: 20 },
  ])(
    'slides further while it spins, and turns less while it slides, as four feet do: %o',
    ({ speed, spin }) => {
      settled({ frictionTable: 0.3 })
      const expected = slideOfFourFeet(speed, spin, 0.3)
      const { distance, turn } = letGo(speed, spin)
      expect(expected.distance).toBeGreaterThan((1.3 * speed ** 2) / (2 * 0.3 * G))
      expect(distance / expected.distance).toBeGreaterThan(0.97)
      expect(distance / expected.distance).toBeLessThan(1.03)
      expect(turn / expected.turn).toBeGreaterThan(0.96)
      expect(turn / expected.turn).toBeLessThan(1.04)
    },
  )

  it.each([0, 0.3, 0.6])(
    'is not turned by a smooth tool, however its feet stand (%f rad): the push passes its axis',
    (yawRad) => {
      settled({ frictionTip: 0 }, 0, 0, yawRad)
      tool.place(-0.06, 0, 0.018)
      for (let i = 0; i < 150; i++) tool.step(-0.06 + 0.0008 * i, 0, 0.018)
      expect(tool.puck.position[0]).toBeGreaterThan(0.08)
      // Uneven loads on feet that brake aside of their slip turn it by 0.4 rad.
      expect(Math.abs(yawOf(tool.puck.quaternion) - yawRad)).toBeLessThan(0.04)
    },
  )

  it('spins out after ω²/(2α) with α = 4µg/(3r), as a uniformly loaded disc', () => {
    settled({ frictionTable: 0.3 })
    const expected = 20 ** 2 / (2 * ((4 * 0.3 * G) / (3 * RADIUS)))
    expect(letGo(0, 20).turn / expected).toBeCloseTo(1, 1)
  })

  it.each([0.2, 0.5])(
    'starts to slip when gravity leans by atan µ, in any direction (µ %f)',
    (mu) => {
      const pulled = (degrees: number, heading: number) => {
        const lean = Math.atan(mu) + (degrees * Math.PI) / 180
        const g = [Math.cos(heading), Math.sin(heading)].map((c) => G * Math.sin(lean) * c)
        settled({ frictionTable: mu, gravity: [...g, -G * Math.cos(lean)] })
        const x = tool.puck.position[0]! * g[0]! + tool.puck.position[1]! * g[1]!
        tool.run(0.4)
        const { position: p, velocity: v } = tool.puck
        expect(p[0]! * g[0]! + p[1]! * g[1]!).toBeGreaterThanOrEqual(x - 1e-4)
        return Math.hypot(v[0]!, v[1]!)
      }
      for (const heading of [0, 2.2]) {
        expect(pulled(-1, heading)).toBeLessThan(0.002)
        tool.world.free()
        // a = g (sin - µ cos) for a degree beyond: at least 0.15 m/s² over 0.6 s
        expect(pulled(1, heading)).toBeGreaterThan(0.08)
        if (heading === 0) tool.world.free()
      }
    },
  )

  it('falls with exactly the gravity it was given, whatever it weighs', () => {
    const gravity = [0.3, -0.2, -7.7]
    tool = new LedTool(puckPhysics({ gravity, massKg: 0.137 }))
    tool.cell.objects[0]!.body.setTranslation({ x: 0, y: 0, z: 1.5 }, false)
    for (let i = 0; i < 25; i++) tool.step(0, 0.5, 1)
    for (let k = 0; k < 3; k++) expect(tool.puck.velocity[k]! / 0.2).toBeCloseTo(gravity[k]!, 4)
  })

  it.each([
    { tiltXRad: 0.035, tiltYRad: 0, heightM: 0.01 },
    { tiltXRad: 0, tiltYRad: -0.035, heightM: -0.01 },
    { tiltXRad: 0.03, tiltYRad: 0.02, heightM: 0 },
  ])('rests on the tilted table %o where the shared plane is', (table) => {
    const physics = puckPhysics(table)
    settled(table, 0.3, -0.2, 1)
    const [x, y, z] = tool.puck.position
    const n = new Float64Array(3)
    tableNormal(physics.table, n)
    const above = (z! - tableHeightAt(physics.table, x!, y!)) * n[2]!
    expect(Math.abs(above - 0.018)).toBeLessThan(1e-4)
    expect(Math.hypot(x! - 0.3, y! + 0.2)).toBeLessThan(2e-4)
    expect(Math.hypot(...tool.puck.velocity)).toBeLessThan(1e-3)
  })

  it('takes another size: it rests at its half height and meets the tool at its radius', () => {
    settled({ radiusM: 0.02, halfHeightM: 0.025 })
    expect(tool.puck.position[2]).toBeCloseTo(0.025, 4)
    tool.place(-0.06, 0, 0.02)
    for (let i = 0; i < 60; i++) tool.step(-0.06 + 0.001 * i, 0, 0.02)
    const gap = tool.puck.position[0]! - -0.001 - (0.02 + TIP_RADIUS_M)
    expect(Math.abs(gap)).toBeLessThan(1e-3)
  })

  it.each([
    { massKg: 0.02, mu: 0.6 },
    { massKg: 0.08, mu: 0.35 },
    { massKg: 0.2, mu: 0.5 },
    { massKg: 0.3, mu: 0.15 },
  ])('pushes back with µmg when $massKg kg is pushed at µ $mu', ({ massKg, mu }) => {
    // A rough tip would also press the puck down as it pitches.
    settled({ massKg, frictionTable: mu, frictionTip: 0 })
    tool.place(-0.05, 0, 0.012)
    let sum = 0
    for (let i = 0; i < 150; i++) {
      tool.step(-0.05 + 0.0008 * i, 0, 0.012)
      if (i >= 75) sum += tool.tip.contactForce[0]!
    }
    const expected = -mu * massKg * G
    expect(sum / 75 / expected).toBeGreaterThan(0.9)
    expect(sum / 75 / expected).toBeLessThan(1.1)
  })
})
