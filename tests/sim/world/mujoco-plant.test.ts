import { afterEach, beforeAll, expect, test } from 'vitest'
import type { ServoControl } from '../../../robot/bus/twin/plant.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { capsulesFor } from '../../../robot/model/link-capsules.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { placeShapes } from '../../../robot/model/place-shapes.ts'
import { transformPoint } from '../../../robot/model/pose.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { loadMujoco, type MujocoModule } from '../../../sim/engines/mujoco-scene.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { createMujocoPlant, type MujocoPlant } from '../../../sim/world/mujoco-plant.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'
import { realitySchema } from '../../../sim/world/reality.schema.ts'
import { drawReality } from '../../../sim/world/reality.ts'

// Fitted constants of the STS3215 at 7.4 V (Rhoban/bam M1), written out once more.
const K = 1.2116
const R = 2.676
const COULOMB = 0.0524
const VISCOUS = 0.0591
const WRIST_ROLL = 4

const arm = loadArmDescription('so101')
let module: MujocoModule
let plant: MujocoPlant | undefined

beforeAll(async () => {
  module = await loadMujoco()
})
afterEach(() => {
  plant?.dispose()
  plant = undefined
})

async function build(settings: object = {}): Promise<MujocoPlant> {
  const text = { version: 1, name: 'test', source: 'test', ...settings }
  const reality = drawReality(realitySchema.parse(text), new RandomStream(0))
  plant = await createMujocoPlant({ arm, reality, module })
  plant.reset([0, 0, 0, 0, 0, 0])
  return plant
}

/** Constant duties; joints that are not named brake with duty 0. */
const duties = (...entries: readonly [servo: number, duty: number][]): ServoControl => ({
  dutyAt(_timeS, _plant, duty) {
    duty.fill(0)
    for (const [servo, value] of entries) duty[servo] = value
  },
})

/** The position loop of the servo: duty = error · P · 0.166, cut at 0.97 (Rhoban/bam). */
const hold = (goal: ArrayLike<number>, p: number): ServoControl => ({
  dutyAt(_timeS, { positionRad }, duty) {
    for (let i = 0; i < duty.length; i++) {
      const wanted = (goal[i]! - positionRad[i]!) * p * 0.166
      duty[i] = Math.max(-0.97, Math.min(0.97, wanted))
    }
  },
})

const released: ServoControl = { dutyAt: (_timeS, _plant, duty) => void duty.fill(Number.NaN) }

test('a stalled motor draws V / R and heats up by R i² times its thermal resistance', async () => {
  const p = await build({ servos: { thermalTimeConstantS: 0.2 } })
  p.advance(3, duties([0, 1]))
  expect(p.state.q[0]!).toBeCloseTo(p.model.upper[0]!, 1) // against its end stop
  const finalRise = p.temperatureC[0]! - 25
  const finalCurrent = p.currentA[0]!
  const finalR = R * (1 + 0.0039 * finalRise)
  expect(finalCurrent).toBeCloseTo(7.4 / finalR, 2)
  expect(finalRise).toBeCloseTo(12 * finalR * finalCurrent ** 2, 0)
})

test('a cold stalled motor draws 7.4 V / 2.676 Ω', async () => {
  const p = await build()
  p.advance(1.5, duties([0, 1]))
  expect(p.currentA[0]!).toBeGreaterThan(2.7)
  expect(p.currentA[0]!).toBeLessThan(2.7654)
})

test('without load a servo turns as fast as back-EMF and friction allow', async () => {
  const p = await build({ supply: { voltageScale: 6 / 7.4 } })
  p.reset([0, 0, 0, 0, -2.6, 0])
  p.advance(0.6, duties([WRIST_ROLL, 1]))
  // k (V - k ω)/R = b ω + c at 6 V: ω = 4.38 rad/s; the vendor says 0.238 s per 60° = 4.40 rad/s
  const expected = ((K * 6) / R - COULOMB) / ((K * K) / R + VISCOUS)
  expect(expected).toBeCloseTo(4.4, 1)
  expect(p.velocityRadPerS[WRIST_ROLL]!).toBeGreaterThan(expected * 0.98)
  expect(p.velocityRadPerS[WRIST_ROLL]!).toBeLessThan(expected * 1.02)
})

test('P = 16 at 7.4 V is a spring of 8.9 Nm/rad, so a loaded shoulder droops', async () => {
  const p = await build()
  const goal = [0, 0, 0, 0, 0, 0]
  p.advance(4, hold(goal, 16))
  const droop = p.positionRad[1]!
  // Weight of the drooping arm about the shoulder, by our own rigid-body dynamics.
  const gravity = new Float64Array(6)
  new ArmDynamics(p.model).gravityTorque(p.state.q, gravity)
  const torque = -gravity[1]!
  expect((K / R) * 7.4 * 16 * 0.166).toBeCloseTo(8.9, 1)
  expect(droop).toBeGreaterThan((torque - COULOMB) / 8.9 - 0.004)
  expect(droop).toBeLessThan((torque + COULOMB) / 8.9 + 0.004)
  expect((droop * 180) / Math.PI).toBeGreaterThan(2.5)
  expect((droop * 180) / Math.PI).toBeLessThan(5)
})

test('load friction widens the band in which a slow shoulder stops short', async () => {
  const band = async (loadFriction: number) => {
    const p = await build({ servos: { loadFriction } })
    const stopAfter = (from: number, untilS: number) => {
      p.reset([0, from, 0, 0, 0, 0])
      const goal = [0, from, 0, 0, 0, 0]
      for (let timeS = p.timeS; timeS < untilS; timeS += 0.05) {
        goal[1] = goal[1]! - 0.05 * 0.06 * Math.sign(from)
        if (goal[1]! * from < 0) goal[1] = 0
        p.advance(timeS + 0.05, hold(goal, 16))
      }
      return p.positionRad[1]!
    }
    const width = stopAfter(0.1, 2.5) - stopAfter(-0.1, 5)
    p.dispose()
    plant = undefined
    return width
  }
  const coulombOnly = await band(0)
  // 2 c / 8.9 Nm/rad between the two ends; at most, since settling may go on a little
  expect(coulombOnly).toBeGreaterThan(0.004)
  expect(coulombOnly).toBeLessThan((2 * COULOMB) / 8.9 + 0.001)
  expect(await band(0.2)).toBeGreaterThan(coulombOnly + 0.01)
})

test('the encoder says the true angle plus the zero offset', async () => {
  const p = await build({ arm: { zeroOffsetRad: [0.05, -0.03, 0, 0, 0, 0] } })
  const goal = [0.4, -0.5, 0.9, 0.6, 0, 0]
  p.reset(goal)
  expect(p.positionRad[0]! - p.state.q[0]!).toBeCloseTo(0.05, 12)
  p.advance(2, hold(goal, 32))
  expect(p.positionRad[1]! - p.state.q[1]!).toBeCloseTo(-0.03, 12)
  // Free of gravity, the pan servo reaches its goal in its own eyes: the truth is off by the offset.
  expect(Math.abs(p.state.q[0]! - 0.35)).toBeLessThan(0.0045)
})

test('gear play leaves the output loose by its width while the rotor stands', async () => {
  const p = await build({ servos: { backlashRad: 0.02 }, gravity: { tiltYRad: 0.3 } })
  p.advance(1, duties())
  const leaning = p.positionRad[0]!
  p.dispose()
  const q = await build({ servos: { backlashRad: 0.02 }, gravity: { tiltYRad: -0.3 } })
  q.advance(1, duties())
  // A braked motor turns slowly under the load, so both drift a little beyond half the play.
  expect(Math.sign(leaning)).toBe(-Math.sign(q.positionRad[0]!))
  expect(Math.abs(leaning)).toBeGreaterThan(0.0095)
})

test('the supply sags under common current by its resistance, and every servo feels it', async () => {
  const p = await build({ supply: { resistanceOhm: 0.2, idleCurrentA: 0.05 } })
  p.advance(1.5, duties([0, 1]))
  const current = p.currentA[0]! + 6 * 0.05
  expect(p.supplyV[3]!).toBeCloseTo(7.4 - 0.2 * current, 2)
})

/** The lowest that any of the rods about the links behind the tool's comes, by our own kinematics [m]. */
function lowestRodM(of: typeof arm, { model, state }: MujocoPlant): number {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(state.q)
  let lowest = Number.POSITIVE_INFINITY
  for (const { link, ends, radiusM } of capsulesFor(
    placeShapes(of, { joints: model.jointNames }),
  )) {
    if (link < 1 || link >= model.tool.link) continue
    const frame = {
      position: kinematics.linkPosition.subarray(3 * link, 3 * link + 3),
      quaternion: kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4),
    }
    for (const end of [ends.subarray(0, 3), ends.subarray(3)]) {
      const point = new Float64Array(3)
      transformPoint(frame, end, point)
      lowest = Math.min(lowest, point[2]! - radiusM)
    }
  }
  return lowest
}

test.each([
  ['so101', [0, 0, 0, 0, 0, 0], true],
  ['so101', [0.5, 0.8, 0.2, -0.8, 1, 0], true],
  ['koch', [-0.046, -0.4725, -0.6246, -1.7234, 0, 0.03], false],
  ['koch', [0.01, 0.14, -0.46, 0.51, 1.28, 0], true],
])(
  'with torque off no current flows and a %s at %j sinks to the table and rests on it',
  async (name, from, lies) => {
    const limp = loadArmDescription(name)
    plant = await createMujocoPlant({ arm: limp, reality: loadReality('nominal'), module })
    plant.reset(from)
    plant.advance(0.02, released)
    expect(plant.isLying).toBe(false)
    plant.advance(4, released)
    expect(plant.isLying).toBe(lies)
    expect(plant.currentA.every((current) => current === 0)).toBe(true)
    const tipM = plant.tipPosition()[2]!
    expect(tipM).toBeGreaterThan(-0.002)
    expect(lowestRodM(limp, plant)).toBeGreaterThan(-0.002)
    expect(Math.min(tipM, lowestRodM(limp, plant))).toBeLessThan(0.015)
    for (const speed of plant.velocityRadPerS) expect(Math.abs(speed)).toBeLessThan(0.05)
  },
)

test('the object is pushed by the tip and set back by hand', async () => {
  const p = await build()
  const pose = [0, -0.12, 0.56, 1.13, 0, 0]
  p.reset(pose)
  const [x, y, z] = p.tipPosition()
  expect(z).toBeLessThan(0.06)
  p.placeObject(x!, y! - 0.06, 0.4)
  const { position } = p.objectPose()
  expect(position[2]!).toBeCloseTo(0.018, 6)
  const goal = [...pose]
  let now = 0
  for (; now < 1.5; now += 0.02) {
    goal[0] = 0.4 * now
    p.advance(now, hold(goal, 16))
  }
  expect(position[1]!).toBeLessThan(y! - 0.08)
  p.placeObject(0.2, 0.1, 0)
  expect([position[0], position[1]]).toEqual([0.2, 0.1])
})

test('the same commands give the same bits, also after a reset', async () => {
  const reality = loadReality('workshop')
  const p = await createMujocoPlant({ arm, reality, module })
  plant = p
  const run = (fromS: number) => {
    p.reset([0, 0, 0, 0, 0, 0])
    p.placeObject(0.25, 0.02, 0.1)
    p.advance(fromS + 1, hold([0.4, 0.2, 0.3, 0.2, 0.5, 0.1], 16))
    return [...p.positionRad, ...p.velocityRadPerS, ...p.currentA, ...p.state.objects[0]!.position]
  }
  expect(run(0)).toEqual(run(1))
})

test('every committed reality and five random ones hold the arm still and finite', async () => {
  const names = [
    'nominal',
    'workshop',
    'hard',
    'wrist-camera',
    ...Array.from({ length: 5 }, (_, i) => `random:${i}`),
  ]
  for (const name of names) {
    plant = await createMujocoPlant({ arm, reality: loadReality(name), module })
    const goal = [0.2, -0.3, 0.5, 1, 0, 0]
    plant.reset(goal)
    plant.advance(1.5, hold(goal, 16))
    for (const speed of plant.velocityRadPerS) expect(Math.abs(speed), name).toBeLessThan(0.2)
    for (let i = 0; i < 6; i++) {
      expect(Math.abs(plant.positionRad[i]! - goal[i]!), `${name} joint ${i}`).toBeLessThan(0.2)
    }
    plant.dispose()
  }
  plant = undefined
})

test('the reality of an arm with more joints is refused', async () => {
  const other = createMujocoPlant({ arm, reality: loadReality('panda-lab'), module })
  await expect(other).rejects.toThrow(/panda-lab: .* lists 9 joints, arm so101 has 6/)
})

test('a box is the one of the task, as it was made in the set-up, and stands where it is put', async () => {
  const box = { massScale: 1.5, sizeScale: 0.9, frictionTableScale: 0.5, frictionTipScale: 0.8 }
  const text = { version: 1, name: 'test', source: 'test', box }
  const reality = drawReality(realitySchema.parse(text), new RandomStream(0))
  const stack = taskOnArm(loadTask('stack'), 'so101')
  plant = await createMujocoPlant({ arm, reality, task: stack, module })
  for (const object of plant.physics.objects) {
    // 30 g, 12.5 mm, 0.4 and 0.7 in the task's file.
    expect(object.massKg).toBeCloseTo(0.045, 12)
    for (const half of object.shape.halfSizeM) expect(half).toBeCloseTo(0.01125, 12)
    expect(object.frictionTable).toBeCloseTo(0.2, 12)
    expect(object.frictionTip).toBeCloseTo(0.56, 12)
  }
  const upright = Float64Array.of(0, 0, 0, 1)
  plant.putObjects([
    { position: Float64Array.of(0.2, 0, 3 * 0.01125), quaternion: upright },
    { position: Float64Array.of(0.2, 0, 0.01125), quaternion: upright },
  ])
  plant.advance(0.5, duties())
  const [top, base] = plant.state.objects
  // Its feet, half a millimetre long, stand on the table only: on another box it lies with its body.
  expect(top!.position[2]).toBeLessThan(3 * 0.01125)
  expect(top!.position[2]).toBeGreaterThan(3 * 0.01125 - 0.001)
  expect(base!.position[2]).toBeCloseTo(0.01125, 3)
})
