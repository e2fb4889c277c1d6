import { describe, expect, it } from 'vitest'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { MujocoArm } from './mujoco-arm.ts'

const so101 = loadArmDescription('so101')
const panda = loadArmDescription('panda')
const koch = loadArmDescription('koch')
const arms: ArmModel[] = [
  compileArm(so101),
  compileArm(so101, { joints: so101.joints.map((joint) => joint.name) }),
  compileArm(panda),
  compileArm(panda, { joints: panda.joints.map((joint) => joint.name) }),
  compileArm(koch),
  compileArm(koch, { joints: koch.joints.map((joint) => joint.name) }),
]

function expectEqual(ours: Float64Array, theirs: Float64Array, tolerance: number) {
  for (let i = 0; i < ours.length; i++) {
    expect(Math.abs(ours[i]! - theirs[i]!)).toBeLessThan(tolerance * (1 + Math.abs(theirs[i]!)))
  }
}

describe.each(arms)('dynamics of $name with $numJoints joints', (model) => {
  it('has the bias forces and mass matrix of MuJoCo, also under tilted gravity', async () => {
    const gravity = [1.3, -0.7, -8.9] as const
    const mujoco = await MujocoArm.load(model, { gravity })
    const dynamics = new ArmDynamics(model)
    dynamics.gravity.set(gravity)
    const n = model.numJoints
    const random = new RandomStream(21, n)
    const bias = new Float64Array(n)
    const mass = new Float64Array(n * n)
    for (let trial = 0; trial < 10; trial++) {
      const q = model.lower.map((low, i) => random.between(low, model.upper[i]!))
      const qd = q.map(() => random.between(-4, 4))
      mujoco.set(q, qd)
      dynamics.biasTorque(q, qd, bias)
      expectEqual(bias, mujoco.bias, 1e-9)
      dynamics.massMatrix(q, mass)
      expectEqual(mass, mujoco.massMatrix(), 1e-9)
    }
    mujoco.dispose()
  })
})

describe('lumping of frozen joints', () => {
  it('moves like the whole arm whose frozen joints stand still', async () => {
    const whole = compileArm(panda, { joints: panda.joints.map((joint) => joint.name) })
    const frozen = {
      panda_joint3: 0.7,
      panda_joint6: 1.9,
      panda_finger_joint1: 0.03,
      panda_finger_joint2: 0.01,
    }
    const joints = whole.jointNames.filter((name) => !(name in frozen))
    const lumped = compileArm(panda, { joints, frozen })
    const mujoco = await MujocoArm.load(whole)
    const dynamics = new ArmDynamics(lumped)
    const active = joints.map((name) => whole.jointNames.indexOf(name))
    const q = new Float64Array(whole.numJoints)
    const qd = new Float64Array(whole.numJoints)
    for (const [name, value] of Object.entries(frozen)) q[whole.jointNames.indexOf(name)] = value
    for (const [k, i] of active.entries()) {
      q[i] = 0.2 * k - 0.9
      qd[i] = 1.5 - 0.6 * k
    }
    mujoco.set(q, qd)
    const n = lumped.numJoints
    const bias = new Float64Array(n)
    const mass = new Float64Array(n * n)
    const pick = (values: Float64Array) => Float64Array.from(active, (i) => values[i]!)
    dynamics.biasTorque(pick(q), pick(qd), bias)
    dynamics.massMatrix(pick(q), mass)
    expectEqual(bias, pick(mujoco.bias), 1e-9)
    const theirs = mujoco.massMatrix()
    const N = whole.numJoints
    expectEqual(
      mass,
      Float64Array.from(active.flatMap((i) => active.map((j) => theirs[i * N + j]!))),
      1e-9,
    )
    mujoco.dispose()
  })
})

describe('position control against MuJoCo', () => {
  // MuJoCo's dry friction is a soft constraint that creeps; ours sticks. 0.1° is far below either servo's dead band.
  const tolerance = (0.1 * Math.PI) / 180

  it('sags alike: SO-101 stretched out, one second after the target was set', async () => {
    const model = { ...compileArm(so101), backlashRad: new Float64Array(5) }
    const mujoco = await MujocoArm.load(model, { isActuated: true })
    const dynamics = new ArmDynamics(model)
    const q = Float64Array.of(0, 0.3, -0.2, 0.1, 0)
    dynamics.reset(q)
    mujoco.set(q, new Float64Array(5))
    for (let k = 0; k < 250; k++) dynamics.step(0.004, true)
    mujoco.step(q, 2000)
    expect(dynamics.q[1]! - q[1]!).toBeGreaterThan((3 * Math.PI) / 180)
    expectEqual(dynamics.q, mujoco.q, tolerance)
    mujoco.dispose()
  })

  // The Koch's elbow rings at 4.6 Hz, little damped: what a step of 4 ms takes from that is 0.27°.
  it.each([
    { name: 'so101', description: so101, stepMs: 4 },
    { name: 'panda', description: panda, stepMs: 4 },
    { name: 'koch', description: koch, stepMs: 2 },
  ])('answers a step of 0.3 rad alike at every instant, at $stepMs ms ($name)', async (arm) => {
    const model = compileArm(arm.description)
    const n = model.numJoints
    const tight = {
      ...model,
      backlashRad: new Float64Array(n),
      isGravityCompensated: new Uint8Array(n),
    }
    const mujoco = await MujocoArm.load(tight, { isActuated: true })
    const dynamics = new ArmDynamics(tight)
    dynamics.reset(model.restPose)
    mujoco.set(model.restPose, new Float64Array(n))
    const target = model.restPose.map((value, i) => value + (i % 2 ? -0.2 : 0.3))
    dynamics.target.set(target)
    const numSteps = 800 / arm.stepMs
    let squares = 0
    for (let k = 0; k < numSteps; k++) {
      dynamics.step(arm.stepMs / 1000, true)
      mujoco.step(target, 2 * arm.stepMs)
      const theirs = mujoco.q
      for (let i = 0; i < n; i++) squares += (dynamics.q[i]! - theirs[i]!) ** 2
    }
    const rmsDeg = (Math.sqrt(squares / (numSteps * n)) * 180) / Math.PI
    expect(rmsDeg).toBeLessThan(0.25)
    mujoco.dispose()
  })
})
