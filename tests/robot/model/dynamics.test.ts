import { describe, expect, it } from 'vitest'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { pendulum, run } from './pendulum.ts'

const GRAVITY = 9.81

/** Kinetic energy of the joints plus potential energy of the links [J]. */
function energy(model: ArmModel, dynamics: ArmDynamics): number {
  const n = model.numJoints
  const mass = new Float64Array(n * n)
  dynamics.massMatrix(dynamics.q, mass)
  let total = 0
  for (let i = 0; i < n; i++) {
    total += 0.5 * model.armatureKgM2[i]! * dynamics.qd[i]! ** 2
    for (let j = 0; j < n; j++) total += 0.5 * mass[i * n + j]! * dynamics.qd[i]! * dynamics.qd[j]!
  }
  const kinematics = new ArmKinematics(model)
  kinematics.forward(dynamics.q)
  for (let i = 0; i < n; i++) {
    const [x, y, z, w] = kinematics.linkQuaternion.subarray(4 * i, 4 * i + 4) as unknown as [
      number,
      number,
      number,
      number,
    ]
    const [cx, cy, cz] = model.comM.subarray(3 * i, 3 * i + 3) as unknown as [
      number,
      number,
      number,
    ]
    const height =
      2 * (x * z - y * w) * cx + 2 * (y * z + x * w) * cy + (1 - 2 * (x * x + y * y)) * cz
    total += GRAVITY * model.massKg[i]! * (kinematics.linkPosition[3 * i + 2]! + height)
  }
  return total
}

describe('free motion', () => {
  it('swings a pendulum with period 2π √(l/g) at small angles', () => {
    const dynamics = new ArmDynamics(pendulum())
    dynamics.reset(Float64Array.of(0.01))
    const period = 2 * Math.PI * Math.sqrt(0.5 / GRAVITY)
    run(dynamics, period, period / 4000)
    expect(dynamics.q[0]!).toBeCloseTo(0.01, 5)
    expect(Math.abs(dynamics.qd[0]!)).toBeLessThan(2e-4)
  })

  it('keeps the energy of an unpowered SO-101, the better the shorter the step', () => {
    const nominal = compileArm(loadArmDescription('so101'))
    const zero = () => new Float64Array(5)
    const model = {
      ...nominal,
      stiffnessNmPerRad: zero(),
      dampingNmSPerRad: zero(),
      coulombNm: zero(),
      lower: zero().fill(-100),
      upper: zero().fill(100),
    }
    const drift = (timestepS: number) => {
      const dynamics = new ArmDynamics(model)
      dynamics.reset(Float64Array.of(0.3, 0.5, -0.4, 0.6, 0.2))
      dynamics.qd.set([2, -1, 3, -2, 1])
      const before = energy(model, dynamics)
      run(dynamics, 0.5, timestepS)
      return Math.abs(energy(model, dynamics) - before)
    }
    expect(drift(1e-4)).toBeLessThan(1e-3)
    expect(drift(1e-4)).toBeLessThan(0.2 * drift(1e-3))
  })
})

describe('position control', () => {
  const strong = { stiffnessNmPerRad: Float64Array.of(100), dampingNmSPerRad: Float64Array.of(20) }

  it('sags by torque over stiffness', () => {
    const dynamics = new ArmDynamics(pendulum(strong))
    dynamics.reset(Float64Array.of(0.5))
    run(dynamics, 10, 0.01)
    // 2 kg · 9.81 · 0.5 m · sin q = 100 Nm/rad · (0.5 - q)
    const torque = 2 * GRAVITY * 0.5 * Math.sin(dynamics.q[0]!)
    expect(0.5 - dynamics.q[0]!).toBeCloseTo(torque / 100, 9)
    expect(dynamics.motorTorque[0]!).toBeCloseTo(torque, 6)
  })

  it('leaves half the backlash either side of the target free', () => {
    const dynamics = new ArmDynamics(pendulum({ ...strong, backlashRad: Float64Array.of(0.04) }))
    dynamics.gravity.fill(0)
    dynamics.reset(Float64Array.of(0.3))
    dynamics.target[0] = 0.319
    run(dynamics, 1, 0.004)
    expect(dynamics.q[0]).toBe(0.3)
    dynamics.target[0] = 0.35
    run(dynamics, 10, 0.004)
    expect(dynamics.q[0]).toBeCloseTo(0.33, 4)
  })

  it('never gives more than the stall torque', () => {
    const stallTorqueNm = Float64Array.of(3)
    const weak = new ArmDynamics(
      pendulum({ ...strong, dampingNmSPerRad: Float64Array.of(2), stallTorqueNm }),
    )
    weak.reset(Float64Array.of(0))
    weak.target[0] = 2
    let most = 0
    for (let k = 0; k < 4000; k++) {
      weak.step(0.004, true)
      most = Math.max(most, Math.abs(weak.motorTorque[0]!))
    }
    expect(most).toBe(3)
    // It hangs where gravity takes the whole 3 Nm.
    expect(2 * GRAVITY * 0.5 * Math.sin(weak.q[0]!)).toBeCloseTo(3, 6)
  })

  it('stays stable at 10,000 times the gain and steps of 40 ms', () => {
    for (const name of ['so101', 'panda']) {
      const model = compileArm(loadArmDescription(name))
      const dynamics = new ArmDynamics(model)
      for (let i = 0; i < model.numJoints; i++) {
        dynamics.parameters.stiffness[i]! *= 1e4
        dynamics.parameters.stallTorque[i] = 1e9
      }
      dynamics.reset(model.restPose)
      dynamics.target.set(model.restPose.map((value) => value - 0.2))
      run(dynamics, 8, 0.04)
      for (let i = 0; i < model.numJoints; i++) {
        const slack = model.backlashRad[i]! / 2
        expect(Math.abs(dynamics.q[i]! - dynamics.target[i]!)).toBeLessThan(slack + 1e-4)
      }
    }
  })

  it('stops at the joint limits', () => {
    const dynamics = new ArmDynamics(pendulum({ ...strong, upper: Float64Array.of(0.4) }))
    dynamics.target[0] = 1
    run(dynamics, 5, 0.004)
    expect(dynamics.q[0]).toBe(0.4)
    expect(dynamics.qd[0]).toBe(0)
  })
})

describe('friction', () => {
  it('sticks below the Coulomb torque and slides with the rest above it', () => {
    const model = pendulum({ coulombNm: Float64Array.of(0.5) })
    const dynamics = new ArmDynamics(model)
    dynamics.gravity.fill(0)
    dynamics.reset(Float64Array.of(0))
    dynamics.externalTorque[0] = 0.499
    run(dynamics, 1, 0.008)
    expect(dynamics.q[0]).toBeCloseTo(0, 12)
    dynamics.externalTorque[0] = 0.6
    run(dynamics, 1, 0.008)
    // (0.6 - 0.5) Nm on 2 kg at 0.5 m: 0.2 rad/s².
    expect(dynamics.qd[0]).toBeCloseTo(0.2, 9)
    dynamics.externalTorque[0] = 0
    run(dynamics, 1, 0.008)
    expect(dynamics.qd[0]).toBeCloseTo(0, 9)
  })

  it('takes its share of the load', () => {
    const stuckAt = (loadFriction: number) => {
      const dynamics = new ArmDynamics(
        pendulum({
          stiffnessNmPerRad: Float64Array.of(100),
          dampingNmSPerRad: Float64Array.of(20),
        }),
      )
      dynamics.parameters.loadFriction[0] = loadFriction
      dynamics.reset(Float64Array.of(1.5))
      run(dynamics, 10, 0.004)
      return dynamics.q[0]!
    }
    // Friction helps the motor to hold: 100 (1.5 - q) (1 + share) = 9.81 sin q.
    for (const share of [0, 0.2]) {
      const q = stuckAt(share)
      expect(100 * (1.5 - q) * (1 + share)).toBeCloseTo(2 * GRAVITY * 0.5 * Math.sin(q), 3)
    }
  })

  it('holds an SO-101 exactly still inside its stiction', () => {
    const model = compileArm(loadArmDescription('so101'))
    const dynamics = new ArmDynamics(model)
    dynamics.reset(model.restPose)
    run(dynamics, 3, 0.008)
    const before = Float64Array.from(dynamics.q)
    dynamics.target[0]! += 0.004
    run(dynamics, 2, 0.008)
    for (let i = 0; i < 5; i++) expect(Math.abs(dynamics.q[i]! - before[i]!)).toBeLessThan(1e-6)
  })
})

describe('outer forces and gravity', () => {
  it('turns a force at the tool into joint torques by virtual work', () => {
    const model = compileArm(loadArmDescription('panda'))
    const dynamics = new ArmDynamics(model)
    dynamics.reset(model.restPose)
    dynamics.setTipForce(3, -2, 5)
    const power = (qd: Float64Array) => {
      dynamics.qd.set(qd)
      dynamics.place()
      const [vx, vy, vz] = dynamics.tipVelocity as unknown as [number, number, number]
      return 3 * vx - 2 * vy + 5 * vz
    }
    for (let i = 0; i < model.numJoints; i++) {
      const qd = new Float64Array(model.numJoints)
      qd[i] = 1
      expect(dynamics.externalTorque[i]).toBeCloseTo(power(qd), 12)
    }
    dynamics.setTipForce(0, 0, 0)
    expect([...dynamics.externalTorque]).toEqual(new Array(7).fill(0))
  })

  it('has a tip velocity equal to the change of the tip', () => {
    const model = compileArm(loadArmDescription('so101'))
    const dynamics = new ArmDynamics(model)
    dynamics.reset(model.restPose)
    dynamics.target.set([0.5, 0.3, 0.2, 1.2, 0.4])
    run(dynamics, 0.1, 0.004)
    const before = Float64Array.from(dynamics.tip)
    dynamics.step(1e-6, true)
    for (let k = 0; k < 3; k++) {
      expect(
        Math.abs((dynamics.tip[k]! - before[k]!) / 1e-6 - dynamics.tipVelocity[k]!),
      ).toBeLessThan(1e-5)
    }
  })

  it('leaves to a gravity-compensated arm only what differs from its nominal model', () => {
    const model = compileArm(loadArmDescription('panda'))
    const dynamics = new ArmDynamics(model)
    dynamics.parameters.coulomb.fill(0)
    dynamics.reset(model.restPose)
    run(dynamics, 3, 0.008)
    for (let i = 0; i < 7; i++) expect(dynamics.q[i]).toBeCloseTo(model.restPose[i]!, 9)
    dynamics.parameters.massKg[6]! += 0.5
    run(dynamics, 10, 0.008)
    const nominal = new Float64Array(7)
    const heavy = new Float64Array(7)
    dynamics.gravityTorque(dynamics.q, heavy)
    new ArmDynamics(model).gravityTorque(dynamics.q, nominal)
    for (let i = 0; i < 7; i++) {
      const sag = (heavy[i]! - nominal[i]!) / model.stiffnessNmPerRad[i]!
      expect(model.restPose[i]! - dynamics.q[i]!).toBeCloseTo(sag, 7)
    }
  })

  it('starts every episode alike', () => {
    const model = compileArm(loadArmDescription('so101'))
    const dynamics = new ArmDynamics(model)
    const episode = () => {
      dynamics.reset(model.restPose)
      dynamics.target.set([0.3, 0.1, 0.3, 1.1, 0.2])
      run(dynamics, 0.4, 0.008)
      return [...dynamics.q]
    }
    expect(episode()).toEqual(episode())
  })
})
