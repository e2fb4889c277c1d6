import { describe, expect, it } from 'vitest'
import { type ArmInRole, checkRoles } from '../../../bridge/deploy/check-roles.ts'
import type { SeenServo } from '../../../robot/bus/drivers/look-at-servos.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

// Model numbers of the vendors' control tables.
const STS3215 = 777
const KOCH = [1060, 1060, 1200, 1200, 1200, 1200]
const KOCH_LEADER = Array(6).fill(1190) as number[]

const JOINTS = [
  'shoulder_pan',
  'shoulder_lift',
  'elbow_flex',
  'wrist_flex',
  'wrist_roll',
  'gripper',
]

interface Seen {
  readonly models?: readonly number[]
  readonly offsets?: readonly number[]
  readonly voltageV?: number
  readonly torque?: readonly string[]
}

const servos = ({ models, offsets, voltageV = 7.4, torque = [] }: Seen): SeenServo[] =>
  JOINTS.map((joint, index) => ({
    joint,
    modelNumber: models?.[index] ?? STS3215,
    homingOffsetTicks: offsets?.[index] ?? 0,
    ...{ firmware: '3.10', positionTicks: 2047, temperatureC: 30, voltageV },
    isTorqueOn: torque.includes(joint),
  }))

/** @param homed - offsets that the calibration file has, none when left out */
function inRole(name: string, port: string, seen: Seen, homed?: readonly number[]): ArmInRole {
  const arm = loadArmDescription(name)
  const { joints, origin } = nominalCalibration(arm)
  const calibration = {
    origin,
    joints: joints.map((joint, index) => ({
      ...joint,
      ...(homed && { homingOffsetTicks: homed[index]! }),
    })),
  }
  return { arm, calibration, port, servos: servos(seen) }
}

const check = (follower: Parameters<typeof inRole>, leader: Parameters<typeof inRole>) => () =>
  checkRoles(inRole(...follower), inRole(...leader))

const SWAPPED = /at \/dev\/a is the leader .*, at \/dev\/b the arm/

describe('arm and leader at two devices', () => {
  const A = [10, -20, 30, -40, 50, -60]
  const B = [7, 6, 5, 4, 3, 2]

  it('are told apart by the models of their servos', () => {
    const f = { models: KOCH, voltageV: 12 }
    const l = { models: KOCH_LEADER, voltageV: 5 }
    expect(check(['koch', '/dev/a', f], ['koch-leader', '/dev/b', l])).not.toThrow()
    expect(check(['koch', '/dev/a', l], ['koch-leader', '/dev/b', f])).toThrow(SWAPPED)
  })

  it('are told apart by how they were homed, whatever the supplies', () => {
    const f = { offsets: A, voltageV: 5 }
    const l = { offsets: B, voltageV: 7.4 }
    expect(check(['so101', '/dev/a', f, A], ['so101-leader', '/dev/b', l, B])).not.toThrow()
    expect(check(['so101', '/dev/a', l, A], ['so101-leader', '/dev/b', f, B])).toThrow(SWAPPED)
  })

  it.each([
    [7.4, 5],
    [12, 5],
  ])('are told apart by supplies of %f and %f V where nothing else tells', (f, l) => {
    expect(
      check(['so101', '/dev/a', { voltageV: f }], ['so101-leader', '/dev/b', { voltageV: l }]),
    ).not.toThrow()
    expect(
      check(['so101', '/dev/a', { voltageV: l }], ['so101-leader', '/dev/b', { voltageV: f }]),
    ).toThrow(SWAPPED)
  })

  it('are taken as they are said to be where nothing tells them apart', () => {
    expect(check(['so101', '/dev/a', {}], ['so101-leader', '/dev/b', {}])).not.toThrow()
  })

  it('are left to the driver where one of them was homed anew', () => {
    const f = { offsets: [11, ...A.slice(1)] }
    expect(
      check(['so101', '/dev/a', f, A], ['so101-leader', '/dev/b', { offsets: B }, B]),
    ).not.toThrow()
  })

  it('do not lead where the leader holds torque, but for its trigger', () => {
    const held = { torque: ['elbow_flex'] }
    expect(check(['so101', '/dev/a', {}], ['so101-leader', '/dev/b', held])).toThrow(
      /elbow_flex of the leader at \/dev\/b .* holds torque/,
    )
    const trigger = { torque: ['gripper'] }
    expect(check(['so101', '/dev/a', {}], ['so101-leader', '/dev/b', trigger])).not.toThrow()
  })
})
