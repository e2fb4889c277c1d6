import { describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { angleBetween, multiplyQuaternions } from '../../../robot/model/pose.ts'
import { RandomStream } from '../../../robot/model/random.ts'

const so101 = compileArm(loadArmDescription('so101'))
const panda = compileArm(loadArmDescription('panda'))
const koch = loadArmDescription('koch')

function expectTip(kinematics: ArmKinematics, position: readonly number[], toleranceM: number) {
  for (let k = 0; k < 3; k++) {
    expect(Math.abs(kinematics.tip[k]! - position[k]!)).toBeLessThan(toleranceM)
  }
}

describe('SO-101 kinematics', () => {
  const kinematics = new ArmKinematics(so101)

  // Poses of gripper_frame_link computed with another program from so101_new_calib.urdf @fda892c.
  it.each([
    { q: [0, 0, 0, 0, 0], tcp: [0.39136, 0, 0.22647] },
    { q: [0.5, 0, 0, 0, 0], tcp: [0.3482, -0.16902, 0.22647] },
    { q: [0, -0.6, 0.9, 0.4, 0], tcp: [0.27589, 0, 0.0818] },
    { q: [-0.3, 0.4, -0.5, 0.7, 1], tcp: [0.38729, 0.10074, 0.13448] },
  ])('puts the tool of q = $q at $tcp', ({ q, tcp }) => {
    kinematics.forward(Float64Array.from(q))
    expectTip(kinematics, tcp, 1.5e-5)
  })

  it('turns the tool frame as the URDF does', () => {
    kinematics.forward(Float64Array.of(-0.3, 0.4, -0.5, 0.7, 1))
    const expected = [-0.51799, 0.71694, -0.14927, 0.44204]
    expect(angleBetween(kinematics.tipQuaternion, expected)).toBeLessThan(2e-5)
  })

  it('points the tool forward at zero, and straight down when lift, elbow and wrist add up to 90°', () => {
    kinematics.forward(new Float64Array(5))
    expect(kinematics.approach[0]).toBeCloseTo(1, 6)
    kinematics.forward(Float64Array.of(0.4, 0.2, 0.3, Math.PI / 2 - 0.5, 0))
    expect(kinematics.approach[2]).toBeCloseTo(-1, 6)
  })
})

describe('Panda kinematics', () => {
  const kinematics = new ArmKinematics(panda)
  const ready = [0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4]

  // Poses of panda_hand_tcp computed with another program from franka_description @566ba44.
  it.each([
    { q: [0, 0, 0, 0, 0, 0, 0], tcp: [0.088, 0, 0.8226] },
    { q: ready, tcp: [0.30689, 0, 0.48688], quaternion: [1, 0, 0, 0] },
    {
      q: [0.3, -0.5, 0.2, -2, -0.4, 1.8, 0.6],
      tcp: [0.41741, 0.16267, 0.60081],
      quaternion: [0.89958, 0.33352, 0.17527, 0.22093],
    },
  ])('puts the tool of q = $q at $tcp', ({ q, tcp, quaternion }) => {
    kinematics.forward(Float64Array.from(q))
    expectTip(kinematics, tcp, 1.5e-5)
    if (quaternion) expect(angleBetween(kinematics.tipQuaternion, quaternion)).toBeLessThan(2e-5)
  })

  it('puts the flange 103.4 mm behind the tool', () => {
    kinematics.forward(Float64Array.from(ready))
    const flange = kinematics.tip.map((value, k) => value - 0.1034 * kinematics.approach[k]!)
    expect(flange[0]).toBeCloseTo(0.30689, 5)
    expect(flange[2]).toBeCloseTo(0.59028, 5)
  })
})

describe('Koch kinematics', () => {
  // The fixed finger's pad of mujoco_menagerie's low_cost_robot_arm, in place of the tool point.
  const frame = { ...koch.tool.frame, xyzM: [-0.0668, 0.0105, 0.00045] as [number, number, number] }
  const kinematics = new ArmKinematics(compileArm({ ...koch, tool: { ...koch.tool, frame } }))

  // Places of that pad computed with another program from low_cost_robot_arm.xml @464b5ae, whose arm points
  // along y: its x is our -y.
  it.each([
    { q: [0, 0, 0, 0, 0], pad: [0.21508, -0.00925, 0.16775] },
    { q: [0.5, 0, 0, 0, 0], pad: [0.18285, -0.11698, 0.16775] },
    { q: [0, -0.5, 0.5, 0.5, 0], pad: [0.2078, -0.00925, 0.00795] },
    { q: [0.3, -0.4, 0.2, -0.3, 1], pad: [0.19399, -0.06795, 0.01385] },
  ])('puts the finger of q = $q at $pad', ({ q, pad }) => {
    kinematics.forward(Float64Array.from(q))
    expectTip(kinematics, pad, 1.5e-5)
  })

  it('points the tool forward at zero, and straight down when lift and wrist less elbow make -90°', () => {
    kinematics.forward(new Float64Array(5))
    expect(kinematics.approach[0]).toBeCloseTo(1, 6)
    kinematics.forward(Float64Array.of(0.4, -0.3, 0.2, 0.5 - Math.PI / 2, 0))
    expect(kinematics.approach[2]).toBeCloseTo(-1, 6)
  })
})

describe('jacobian', () => {
  it.each([
    so101,
    panda,
    compileArm(koch),
    compileArm(loadArmDescription('panda'), {
      joints: ['panda_joint2', 'panda_joint7', 'panda_finger_joint1'],
    }),
  ])('equals central differences of the tool pose ($name, $numJoints joints)', (model) => {
    const n = model.numJoints
    const kinematics = new ArmKinematics(model)
    const random = new RandomStream(4, n)
    const q = Float64Array.from(model.lower, (low, i) => random.between(low, model.upper[i]!))
    const jacobian = new Float64Array(6 * n)
    kinematics.forward(q)
    kinematics.jacobian(jacobian)
    const step = 1e-6
    for (let i = 0; i < n; i++) {
      const shifted = Float64Array.from(q)
      shifted[i] = q[i]! + step
      kinematics.forward(shifted)
      const tipAfter = Float64Array.from(kinematics.tip)
      const after = Float64Array.from(kinematics.tipQuaternion)
      shifted[i] = q[i]! - step
      kinematics.forward(shifted)
      const before = kinematics.tipQuaternion.map((value, k) => (k < 3 ? -value : value))
      const turn = new Float64Array(4)
      multiplyQuaternions(after, before, turn)
      for (let k = 0; k < 3; k++) {
        const linear = (tipAfter[k]! - kinematics.tip[k]!) / (2 * step)
        expect(Math.abs(jacobian[k * n + i]! - linear)).toBeLessThan(1e-8)
        const angular = (2 * turn[k]! * Math.sign(turn[3]!)) / (2 * step)
        expect(Math.abs(jacobian[(3 + k) * n + i]! - angular)).toBeLessThan(1e-8)
      }
    }
  })
})
