import { describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'

const DEGREES = 180 / Math.PI
const so101 = compileArm(loadArmDescription('so101'))
const panda = compileArm(loadArmDescription('panda'))
const koch = compileArm(loadArmDescription('koch'))

describe('tool inverse kinematics', () => {
  // Closed-form solution of another program, at y = 0, z = 0.02 m, tool straight down, rounded to 1°.
  it.each([
    { x: 0.16, q: [0, -27, 51, 66, 0] },
    { x: 0.2, q: [0, -7, 32, 65, 0] },
    { x: 0.24, q: [0, 12, 9, 70, 0] },
    { x: 0.28, q: [0, 33, -24, 81, 0] },
  ])('finds the joints of an SO-101 at x = $x from the rest pose', ({ x, q: expected }) => {
    const q = Float64Array.from(so101.restPose)
    const error = createToolIk(so101, { iterations: 15 }).solve({ x, y: 0, z: 0.02 }, 0, q)
    expect(error).toBeLessThan(1e-5)
    for (let i = 0; i < 5; i++) expect(Math.abs(q[i]! * DEGREES - expected[i]!)).toBeLessThan(0.75)
  })

  it('keeps a joint of next to no range within it', () => {
    const [lower, upper] = [Float64Array.from(so101.lower), Float64Array.from(so101.upper)]
    lower[4] = -0.002
    upper[4] = 0.005
    const q = Float64Array.from(so101.restPose)
    createToolIk({ ...so101, lower, upper }).solve({ x: 0.2, y: 0.1, z: 0.02 }, 0.3, q)
    expect(q[4]).toBeGreaterThanOrEqual(-0.002)
    expect(q[4]).toBeLessThanOrEqual(0.005)
  })

  // Distance from the pan axis that the upright or leaning tool reaches at z = 0.02 m (same program).
  it.each([
    { leanDeg: 0, inside: 0.26, outside: 0.29 },
    { leanDeg: 30, inside: 0.35, outside: 0.37 },
    { leanDeg: 60, inside: 0.415, outside: 0.43 },
  ])(
    'ends its reach with $leanDeg° lean between $inside and $outside m',
    ({ leanDeg, inside, outside }) => {
      const ik = createToolIk(so101, { iterations: 40 })
      const kinematics = new ArmKinematics(so101)
      const miss = (radius: number) => {
        const q = Float64Array.from(so101.restPose)
        const x = so101.originPosition[0]! + radius
        const error = ik.solve({ x, y: 0, z: 0.02 }, leanDeg / DEGREES, q)
        kinematics.forward(q)
        const lean = Math.atan2(kinematics.approach[0]!, -kinematics.approach[2]!) * DEGREES
        return Math.max(error / 0.001, Math.abs(lean - leanDeg))
      }
      expect(miss(inside)).toBeLessThan(1)
      expect(miss(outside)).toBeGreaterThan(1)
    },
  )

  const grids = [
    {
      model: so101,
      xs: [0.16, 0.2, 0.24, 0.28, 0.32],
      ys: [-0.16, -0.08, 0, 0.08, 0.16],
      zs: [0.012, 0.05],
      lean: { startM: 0.21, spanM: 0.17 },
    },
    {
      model: koch,
      xs: [0.11, 0.14, 0.17, 0.2, 0.22],
      ys: [-0.1, -0.05, 0, 0.05, 0.1],
      zs: [0.012, 0.05],
      lean: { startM: 0.14, spanM: 0.11 },
    },
    {
      model: panda,
      xs: [0.35, 0.425, 0.5, 0.575, 0.65],
      ys: [-0.15, -0.075, 0, 0.075, 0.15],
      zs: [0.02, 0.08],
      lean: undefined,
    },
  ]
  describe.each(grids)('over the push area of $model.name', ({ model, xs, ys, zs, lean: by }) => {
    const x0 = model.originPosition[0]!
    const leanAt = (x: number, y: number) =>
      by === undefined
        ? 0
        : (Math.PI / 4) * Math.min(1.2, Math.max(0, (Math.hypot(x - x0, y) - by.startM) / by.spanM))
    const goals = xs.flatMap((x) => ys.flatMap((y) => zs.map((z) => ({ x, y, z }))))
    const near = createToolIk(model)
    const far = createToolIk(model, { iterations: 15 })
    const kinematics = new ArmKinematics(model)

    it('reaches every place from the rest pose, with the lean asked for', () => {
      for (const goal of goals) {
        const q = Float64Array.from(model.restPose)
        const lean = leanAt(goal.x, goal.y)
        expect(far.solve(goal, lean, q)).toBeLessThan(1e-5)
        kinematics.forward(q)
        expect(Math.abs(-kinematics.approach[2]! - Math.cos(lean))).toBeLessThan(2e-3)
        for (let i = 0; i < q.length; i++) {
          expect(q[i]).toBeGreaterThanOrEqual(model.lower[i]! + 0.02)
          expect(q[i]).toBeLessThanOrEqual(model.upper[i]! - 0.02)
        }
      }
    })

    it('follows a step of 2 cm within 0.1 mm in four iterations', () => {
      for (const goal of goals) {
        const q = Float64Array.from(model.restPose)
        far.solve(goal, leanAt(goal.x, goal.y), q)
        const next = { x: goal.x - 0.012, y: goal.y + 0.014, z: goal.z + 0.008 }
        expect(near.solve(next, leanAt(next.x, next.y), q)).toBeLessThan(1e-4)
      }
    })
  })

  it('keeps the tool on the goal where a joint limit forbids the direction', () => {
    // Upright at 10 cm height and 20 cm reach an SO-101 would need 99° of its wrist, which has 95°.
    const q = Float64Array.from(so101.restPose)
    const error = createToolIk(so101, { iterations: 15 }).solve({ x: 0.2, y: 0, z: 0.1 }, 0, q)
    expect(error).toBeLessThan(5e-4)
    expect(q[3]).toBeCloseTo(so101.upper[3]! - 0.02, 9)
  })

  it('tells how far an unreachable goal is out of reach', () => {
    const q = Float64Array.from(so101.restPose)
    const error = createToolIk(so101, { iterations: 40 }).solve({ x: 0.7, y: 0, z: 0.1 }, 1.2, q)
    expect(error).toBeGreaterThan(0.2)
    expect(q.every(Number.isFinite)).toBe(true)
  })
})
