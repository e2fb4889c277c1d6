import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { MujocoArm } from './mujoco-arm.ts'

interface Part {
  readonly massKg: number
  readonly com: readonly number[]
  /** ixx, iyy, izz, ixy, ixz, iyz. */
  readonly inertia: readonly number[]
}

interface Link {
  readonly pos: readonly number[]
  readonly axis: readonly number[]
  readonly range: readonly [number, number]
  readonly part: Part
  readonly motor?: Part
}

/** Vendor's masses, and the shape of a mesh of the motor: centre and inertia per mass [m2]. */
const motor = (
  massKg: number,
  com: readonly number[],
  inertiaPerKg: readonly number[],
): { motor: Part } => ({
  motor: { massKg, com, inertia: inertiaPerKg.map((entry) => entry * massKg) },
})

/**
 * Places, axes and ranges: google-deepmind/mujoco_menagerie @464b5ae, low_cost_robot_arm. Printed parts:
 * s1lent4gnt/koch-v1-1 @7fa50d9, simulation/follower.urdf, links 1 to 6. Motors: link_N_motor.STL of the same
 * repository @cc1a4eb, as even solids.
 */
const LINKS: readonly Link[] = [
  {
    pos: [0.012, 0, 0.0409],
    axis: [0, 0, -1],
    range: [-2.2, 2.2],
    part: {
      massKg: 0.006884,
      com: [0.013486, 5.2531e-5, 0.0012698],
      inertia: [1.2238e-6, 2.3942e-6, 3.4892e-6, 6.4703e-9, -2.3562e-8, 1.696e-10],
    },
    ...motor(
      0.0572,
      [0.011548, -0.000502, 0.015343],
      [1.6117e-4, 2.4163e-4, 2.7555e-4, 1.5853e-7, -4.2772e-7, -3.5169e-7],
    ),
  },
  {
    pos: [0, -0.0209, 0.0154],
    axis: [0, 1, 0],
    range: [-1.57, 0.6],
    part: {
      massKg: 0.034312,
      com: [0.0053511, 0.0209, 0.054556],
      inertia: [3.6363e-5, 3.1918e-5, 6.6452e-6, -6.3589e-11, -2.8972e-6, -2.4413e-10],
    },
    ...motor(
      0.018,
      [-0.007879, 0.021105, 0.108367],
      [7.8301e-5, 1.2173e-4, 1.4557e-4, -3.8759e-7, -9.404e-8, 2.8089e-7],
    ),
  },
  {
    pos: [-0.0148, 0.0065, 0.1083],
    axis: [0, -1, 0],
    range: [-1.57, 1.45],
    part: {
      massKg: 0.047925,
      com: [-0.042737, 0.01445, 0.0029224],
      inertia: [6.6886e-6, 2.0377e-5, 2.2914e-5, -5.4129e-11, 1.8813e-7, 1.4056e-11],
    },
    ...motor(
      0.018,
      [-0.093601, 0.014655, 0.002698],
      [8.1271e-5, 1.2302e-4, 1.4378e-4, -4.6571e-7, -1.7848e-8, 3.2474e-8],
    ),
  },
  {
    pos: [-0.10048, 5e-5, 0.0026999],
    axis: [0, 1, 0],
    range: [-2, 2],
    part: {
      massKg: 0.0045392,
      com: [-0.010716, 0.015442, 1.2785e-6],
      inertia: [1.1212e-6, 4.3402e-7, 1.2935e-6, 3.0962e-8, -4.9081e-11, -2.2314e-12],
    },
    ...motor(
      0.018,
      [-0.03122, 0.020316, -1.2e-5],
      [1.2648e-4, 7.7164e-5, 1.4185e-4, -3.3711e-6, -2.2555e-8, 2.0303e-8],
    ),
  },
  {
    pos: [-0.045, 0.013097, 0],
    axis: [1, 0, 0],
    range: [-3.14, 3.14],
    part: {
      massKg: 0.013412,
      com: [-0.026112, 0.012312, 0.00013105],
      inertia: [1.9982e-6, 6.1793e-6, 6.2583e-6, 1.0587e-6, 4.6095e-8, -5.5047e-9],
    },
    ...motor(
      0.018,
      [-0.013157, -0.000573, 0.000212],
      [1.4541e-4, 8.1141e-5, 1.2475e-4, 3.7927e-9, 1.7879e-8, -2.8241e-7],
    ),
  },
  {
    pos: [-0.01315, -0.0075, 0.0145],
    axis: [0, 0, -1],
    range: [-1.6, 0.032],
    part: {
      massKg: 0.012831,
      com: [-0.02507, 0.0010817, -0.01414],
      inertia: [1.5159e-6, 3.449e-6, 2.4565e-6, 3.156e-7, 3.409e-8, -3.8705e-9],
    },
  },
]

/** Middles of menagerie's first pads, on the fixed finger and on the moving one. */
const FIXED_PAD = [-0.0668, 0.0105, 0.00045] as const
const MOVING_PAD = [-0.0535, 0.0113, -0.01395] as const

const inertial = ({ massKg, com, inertia }: Part): string =>
  `<inertial mass="${massKg}" pos="${com.join(' ')}" fullinertia="${inertia.join(' ')}"/>`

/** The published numbers as MJCF: motors as bodies of their own, so that MuJoCo adds them up. */
function publishedMjcf(): string {
  const body = (i: number): string => {
    const link = LINKS[i]
    if (link === undefined) return ''
    const pad = i === 4 ? FIXED_PAD : i === 5 ? MOVING_PAD : undefined
    return `<body pos="${link.pos.join(' ')}">
      <joint axis="${link.axis.join(' ')}" range="${link.range.join(' ')}"/>
      ${inertial(link.part)}
      ${pad ? `<site pos="${pad.join(' ')}"/>` : ''}
      ${link.motor ? `<body>${inertial(link.motor)}</body>` : ''}
      ${body(i + 1)}
    </body>`
  }
  // Our base is turned by half a turn about z: the arm points along x.
  return `<mujoco>
    <compiler angle="radian" autolimits="true"/>
    <worldbody><body quat="0 0 0 1">${body(0)}</body></worldbody>
  </mujoco>`
}

const koch = loadArmDescription('koch')
const joints = koch.joints.map(({ name }) => name)
const whole = compileArm(koch, { joints })

describe('the Koch v1.1, against MuJoCo reading the published parts', () => {
  let mujoco: MujocoArm
  const random = new RandomStream(31, 6)
  const randomPose = () => whole.lower.map((low, i) => random.between(low, whole.upper[i]!))
  beforeAll(async () => {
    mujoco = await MujocoArm.fromMjcf(publishedMjcf(), LINKS.length)
  })
  afterAll(() => mujoco.dispose())

  it('has the joint limits of menagerie', () => {
    const limits = koch.joints.flatMap(({ limits: { lower, upper } }) => [lower, upper])
    expect(limits).toEqual([...mujoco.limits])
  })

  it.each([
    ['fixed', 'gripper', FIXED_PAD, 0],
    ['moving', 'moving_jaw', MOVING_PAD, 1],
  ] as const)('puts the pad of the %s finger where MuJoCo does', (_which, link, pad, site) => {
    const frame = { xyzM: [...pad] as [number, number, number], rpyRad: koch.tool.frame.rpyRad }
    const model = compileArm({ ...koch, tool: { ...koch.tool, link, frame } }, { joints })
    const kinematics = new ArmKinematics(model)
    for (let trial = 0; trial < 10; trial++) {
      const q = randomPose()
      mujoco.set(q, new Float64Array(6))
      kinematics.forward(q)
      const there = mujoco.sites.subarray(3 * site, 3 * site + 3)
      for (let k = 0; k < 3; k++) expect(kinematics.tip[k]).toBeCloseTo(there[k]!, 9)
    }
  })

  it('weighs what they weigh, and resists gravity and motion as they do', () => {
    expect(whole.massKg.reduce((sum, mass) => sum + mass)).toBeCloseTo(mujoco.totalMassKg, 4)
    const dynamics = new ArmDynamics(whole)
    const bias = new Float64Array(6)
    const mass = new Float64Array(36)
    for (let trial = 0; trial < 10; trial++) {
      const q = randomPose()
      const qd = q.map(() => random.between(-4, 4))
      mujoco.set(q, qd)
      dynamics.biasTorque(q, qd, bias)
      // The file gives centres to 0.01 mm: 1e-5 m of 0.25 kg are 2.5e-5 Nm, of up to 0.3 Nm.
      for (let i = 0; i < 6; i++) expect(Math.abs(bias[i]! - mujoco.bias[i]!)).toBeLessThan(5e-5)
      dynamics.massMatrix(q, mass)
      const theirs = mujoco.massMatrix()
      for (let k = 0; k < 36; k++) expect(Math.abs(mass[k]! - theirs[k]!)).toBeLessThan(2e-6)
    }
  })
})

it('weighs as the parts list of a Koch v1.1 does', () => {
  // Printed parts 144.8 g at 1 g/cm³, two motors of 57.2 g and four of 18 g.
  const moved = koch.joints.reduce((sum, { inertial: { massKg } }) => sum + massKg, 0)
  expect(moved + koch.baseInertial!.massKg).toBeCloseTo(0.1448 + 2 * 0.0572 + 4 * 0.018, 4)
})
