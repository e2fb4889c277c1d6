import { describe, expect, it } from 'vitest'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { addLinkWrench, linkVelocity, stiffnessAtJoint } from '../../../robot/model/link-contact.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { rotate } from '../../../robot/model/pose.ts'
import { RandomStream } from '../../../robot/model/random.ts'

const whole = (name: string): ArmModel => {
  const description = loadArmDescription(name)
  return compileArm(description, { joints: description.joints.map((joint) => joint.name) })
}
const panda = whole('panda')
const so101 = whole('so101')
const koch = whole('koch')

/** Where a point fixed to a link is, base frame. */
function pointOf(kinematics: ArmKinematics, link: number, local: Float64Array): Float64Array {
  const out = new Float64Array(3)
  rotate(kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4), local, out)
  return out.map((value, i) => value + kinematics.linkPosition[3 * link + i]!)
}

function randomPose(model: ArmModel, stream: RandomStream): Float64Array {
  return model.lower.map((low, i) => stream.between(low, model.upper[i]!))
}

describe.each([
  ['panda', panda],
  ['so101', so101],
  ['koch', koch],
] as const)('a point of a link of the %s', (_name, model) => {
  const stream = new RandomStream(3)
  const link = model.gripper!.fingers.at(-1)!.link
  const local = Float64Array.of(0.01, -0.04, 0.02)

  it('moves as differences of its place say', () => {
    const dynamics = new ArmDynamics(model)
    const q = randomPose(model, stream)
    const qd = model.lower.map(() => stream.between(-1, 1))
    const after = new ArmKinematics(model)
    after.forward(q.map((value, i) => value + 1e-6 * qd[i]!))
    dynamics.kinematics.forward(q)
    const before = pointOf(dynamics.kinematics, link, local)
    const velocity = new Float64Array(3)
    const spin = new Float64Array(3)
    linkVelocity(model, dynamics.kinematics, qd, link, before, velocity, spin)
    const moved = pointOf(after, link, local)
    for (let i = 0; i < 3; i++) {
      expect(velocity[i]).toBeCloseTo((moved[i]! - before[i]!) / 1e-6, 4)
    }
    // Another point of the link moves with the spin besides.
    const other = pointOf(dynamics.kinematics, link, Float64Array.of(0, 0, 0))
    const [dx, dy, dz] = [0, 1, 2].map((i) => other[i]! - before[i]!) as [number, number, number]
    const atOther = new Float64Array(3)
    linkVelocity(model, dynamics.kinematics, qd, link, other, atOther, new Float64Array(3))
    expect(atOther[0]).toBeCloseTo(velocity[0]! + spin[1]! * dz - spin[2]! * dy, 9)
    expect(atOther[1]).toBeCloseTo(velocity[1]! + spin[2]! * dx - spin[0]! * dz, 9)
    expect(atOther[2]).toBeCloseTo(velocity[2]! + spin[0]! * dy - spin[1]! * dx, 9)
  })

  it('takes a wrench to the joints that does the same work', () => {
    const kinematics = new ArmKinematics(model)
    kinematics.forward(randomPose(model, stream))
    const point = pointOf(kinematics, link, local)
    const force = Float64Array.of(1.5, -2, 0.7)
    const torque = Float64Array.of(0.1, 0.3, -0.2)
    const out = new Float64Array(model.numJoints)
    addLinkWrench(model, kinematics, link, point, force, torque, out)
    const qd = model.lower.map(() => stream.between(-1, 1))
    const velocity = new Float64Array(3)
    const spin = new Float64Array(3)
    linkVelocity(model, kinematics, qd, link, point, velocity, spin)
    const power = [0, 1, 2].reduce(
      (sum, i) => sum + force[i]! * velocity[i]! + torque[i]! * spin[i]!,
      0,
    )
    expect(out.reduce((sum, value, i) => sum + value * qd[i]!, 0)).toBeCloseTo(power, 9)
  })

  it('is as stiff to its own joint as the square of its lever', () => {
    const kinematics = new ArmKinematics(model)
    kinematics.forward(model.restPose)
    const point = pointOf(kinematics, link, local)
    const qd = new Float64Array(model.numJoints)
    qd[link] = 1
    const velocity = new Float64Array(3)
    linkVelocity(model, kinematics, qd, link, point, velocity, new Float64Array(3))
    const lever2 = velocity.reduce((sum, v) => sum + v * v, 0)
    expect(stiffnessAtJoint(model, kinematics, link, point, 1000)).toBeCloseTo(1000 * lever2, 9)
  })
})

describe('fingers on one motor', () => {
  const { joint } = panda.gripper!
  const { follower } = panda.mimics[0]!

  function closing(forceOnFollowerN = 0): ArmDynamics {
    const dynamics = new ArmDynamics(panda)
    const q = Float64Array.from(panda.restPose)
    q[joint] = 0.03
    dynamics.gravity.fill(0)
    dynamics.reset(q)
    dynamics.target[joint] = 0.01
    dynamics.externalTorque[follower] = forceOnFollowerN
    return dynamics
  }

  it('stay together whatever presses on one of them', () => {
    const dynamics = closing(3)
    for (let i = 0; i < 50; i++) {
      dynamics.step(0.008, true)
      expect(dynamics.q[follower]).toBe(dynamics.q[joint])
      expect(dynamics.qd[follower]).toBe(dynamics.qd[joint])
    }
    // 4000 N/m of the one motor against 3 N on the other finger: 0.75 mm wider than asked for.
    for (let i = 0; i < 500; i++) dynamics.step(0.008, true)
    expect(dynamics.q[joint]).toBeCloseTo(0.01075, 5)
  })

  it('are as heavy to their motor as both of them', () => {
    const dynamics = closing()
    dynamics.parameters.damping[joint] = 0
    dynamics.parameters.stallTorque[joint] = 5
    const dt = 1e-4
    dynamics.step(dt, true)
    // 5 N for two fingers of 29.1 g with 0.1 kg of armature each; the arm's own reaction is below a per cent.
    const expected = -5 / (2 * (0.0291 + 0.1))
    expect(dynamics.qd[joint]! / dt / expected).toBeGreaterThan(0.99)
    expect(dynamics.qd[joint]! / dt / expected).toBeLessThan(1.01)
  })

  it('bear a stiff contact of the one that the motor does not drive', () => {
    // As stiff as three times a Panda's fingertip in the simulator, with nothing else to hold it back.
    const dynamics = closing(1)
    dynamics.contactStiffness[follower] = 60_000
    const dt = 0.008
    dynamics.parameters.damping[joint] = 0
    dynamics.parameters.stiffness[joint] = 1e-9
    dynamics.step(dt, true)
    // The push of 1 N meets both fingers and, implicitly, dt² of the contact; the arm's reaction is a few per cent.
    const expected = (dt * 1) / (2 * (0.0291 + 0.1) + dt * dt * 60_000)
    expect(dynamics.qd[joint]! / expected).toBeGreaterThan(0.97)
    expect(dynamics.qd[joint]! / expected).toBeLessThan(1.03)
  })

  it('yield to a contact that stiffens within the step', () => {
    const free = closing()
    const blocked = closing()
    blocked.contactStiffness[joint] = 1e7
    free.step(0.008, true)
    blocked.step(0.008, true)
    expect(Math.abs(blocked.qd[joint]!)).toBeLessThan(0.01 * Math.abs(free.qd[joint]!))
  })
})

describe('a compiled gripper', () => {
  it('is there only while its joint moves', () => {
    expect(compileArm(loadArmDescription('so101')).gripper).toBeUndefined()
    expect(so101.gripper).toMatchObject({ joint: 5, open: 0.9, closed: -0.17, hasFixedJaw: true })
    expect(panda.gripper!.fingers).toHaveLength(2)
  })

  it('refuses to move a follower without its leader', () => {
    const joints = panda.jointNames.filter((name) => name !== 'panda_finger_joint1')
    expect(() => compileArm(loadArmDescription('panda'), { joints })).toThrow(
      expect.objectContaining({ code: 'ROBOT_ARM_INVALID' }),
    )
  })

  it('has the jaws of an SO-101 parallel when they are 28 mm apart, as the parts are', () => {
    // Inner faces of wrist_roll_follower_so101_v1.stl and moving_jaw_so101_v1.stl 75 mm below the wrist.
    const kinematics = new ArmKinematics(so101)
    const q = Float64Array.from(so101.restPose)
    q[5] = 0.1012
    kinematics.forward(q)
    const inward = so101.gripper!.fingers.map(({ link, pads }) => {
      const { position, quaternion, halfSizeM } = pads[0]!
      const normal = new Float64Array(3)
      rotate(quaternion, Float64Array.of(1, 0, 0), normal)
      rotate(kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4), normal, normal)
      return { normal, centre: pointOf(kinematics, link, position), half: halfSizeM[0]! }
    })
    const [fixed, moving] = inward as [(typeof inward)[0], (typeof inward)[0]]
    const dot = [0, 1, 2].reduce((sum, i) => sum + fixed.normal[i]! * moving.normal[i]!, 0)
    expect(dot).toBeGreaterThan(Math.cos(0.01))
    const apart = [0, 1, 2].reduce(
      (sum, i) => sum + fixed.normal[i]! * (moving.centre[i]! - fixed.centre[i]!),
      0,
    )
    expect(apart - fixed.half - moving.half).toBeGreaterThan(0.026)
    expect(apart - fixed.half - moving.half).toBeLessThan(0.03)
  })

  // Inner faces of link_5.STL (y 8.7 mm, x from -68.9 to -63.9 mm) and link_6.STL in their links' frames.
  it.each([
    { face: 'tip', pad: 0, from: [-0.0557, 0.0131], to: [-0.0507, 0.0131] },
    { face: 'slope', pad: 1, from: [-0.046, 0.0121], to: [-0.037, 0.0079] },
  ])("has the $face of the Koch's moving jaw where the part has it", ({ pad, from, to }) => {
    const { position, quaternion, halfSizeM } = koch.gripper!.fingers[1]!.pads[pad]!
    const normal = new Float64Array(3)
    rotate(quaternion, Float64Array.of(0, 1, 0), normal)
    for (const [x, y] of [from, to] as [number, number][]) {
      const above = normal[0]! * (x - position[0]!) + normal[1]! * (y - position[1]!)
      expect(Math.abs(above - halfSizeM[1]!)).toBeLessThan(3e-4)
    }
  })

  it('has the jaws of a Koch parallel over their slope when they are 23 mm apart', () => {
    const kinematics = new ArmKinematics(koch)
    const q = Float64Array.from(koch.restPose)
    q[5] = -0.41
    kinematics.forward(q)
    const [fixed, moving] = koch.gripper!.fingers
    const facing = ({ link, pads }: typeof fixed & object, pad: number, side: number) => {
      const { position, quaternion, halfSizeM } = pads[pad]!
      const normal = new Float64Array(3)
      const inner = Float64Array.of(0, side * halfSizeM[1]!, 0)
      rotate(quaternion, inner, normal)
      const place = pointOf(
        kinematics,
        link,
        position.map((value, i) => value + normal[i]!),
      )
      rotate(kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4), normal, normal)
      return { place, normal: normal.map((value) => value / halfSizeM[1]!) }
    }
    const a = facing(fixed!, 0, -1)
    const b = facing(moving!, 1, 1)
    const along = (v: Float64Array) => v.reduce((sum, x, i) => sum + x * a.normal[i]!, 0)
    expect(along(b.normal)).toBeLessThan(-Math.cos(0.02))
    const apart = along(b.place.map((value, i) => value - a.place[i]!))
    expect(apart).toBeGreaterThan(0.021)
    expect(apart).toBeLessThan(0.025)
  })
})
