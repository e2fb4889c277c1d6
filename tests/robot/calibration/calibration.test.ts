import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  nominalCalibration,
  radiansToTicks,
  ticksToRadians,
} from '../../../robot/calibration/calibration.ts'
import {
  loadCalibration,
  saveCalibration,
} from '../../../robot/calibration/load-calibration.node.ts'
import { parseCalibration } from '../../../robot/calibration/parse-calibration.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { koch, so101 } from '../bus/twin-arm.ts'

/** As LeRobot writes it, with its names and key order. */
const lerobot = Object.fromEntries(
  ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper'].map(
    (name, index) => [
      name,
      {
        id: index + 1,
        drive_mode: 0,
        homing_offset: -100 * index,
        range_min: 800,
        range_max: 3300,
      },
    ],
  ),
)

const joint = {
  zeroTicks: 2047,
  minTicks: 0,
  maxTicks: 4095,
  sign: 1,
  uncertaintyRad: 0.01,
} as const
const ours = {
  version: 1,
  arm: 'so101',
  measuredAt: '2025-11-02T10:00:00Z',
  method: 'held by hand',
  joints: Object.fromEntries(Object.keys(lerobot).map((name) => [name, joint])),
} as const

describe('ticks and radians', () => {
  it('are a quarter turn apart at 1024 steps, in the direction of the sign', () => {
    expect(ticksToRadians(joint, 2047 + 1024)).toBeCloseTo(Math.PI / 2, 12)
    expect(ticksToRadians({ ...joint, sign: -1 }, 2047 + 1024)).toBeCloseTo(-Math.PI / 2, 12)
    expect(radiansToTicks({ ...joint, sign: -1 }, Math.PI / 2)).toBe(2047 - 1024)
  })

  it('undo each other at every step', () => {
    for (const sign of [1, -1] as const) {
      const turned = { ...joint, sign, zeroTicks: 1900 }
      for (let ticks = 0; ticks < 4096; ticks += 7) {
        expect(radiansToTicks(turned, ticksToRadians(turned, ticks))).toBe(ticks)
      }
    }
  })
})

describe('a calibration file', () => {
  it('of LeRobot has its zero where the homed servo reads 2047, not in the middle of the range', () => {
    const { joints } = parseCalibration(lerobot, so101, 'my_arm.json')
    expect(ticksToRadians(joints[1]!, 2047)).toBe(0)
    expect(joints[1]).toMatchObject({ minTicks: 800, maxTicks: 3300, homingOffsetTicks: -100 })
  })

  it('of LeRobot’s Koch keeps offsets beyond a turn, and the drive mode whose first bit turns the sign', () => {
    const motor = { homing_offset: -5300, drive_mode: 5, range_min: -900, range_max: 4095 }
    const file = Object.fromEntries(
      Object.entries(lerobot).map(([name, { id }]) => [name, { ...motor, id }]),
    )
    const { joints } = parseCalibration(file, koch, 'koch.json')
    expect(joints[2]).toMatchObject({
      sign: -1,
      homingOffsetTicks: -5300,
      driveMode: 5,
      minTicks: -900,
    })
    const forward = { ...file, elbow_flex: { ...motor, id: 3, drive_mode: 4 } }
    expect(parseCalibration(forward, koch, 'koch.json').joints[2]).toMatchObject({ sign: 1 })
    // Feetech servos have no such register: what LeRobot notes there it applies by itself.
    const { joints: feetech } = parseCalibration(lerobot, so101, 'so101.json')
    expect(feetech[0]).not.toHaveProperty('driveMode')
  })

  it('of ours is read in the order of the arm, not of the file', () => {
    const reversed = {
      ...ours,
      joints: Object.fromEntries(
        Object.keys(lerobot)
          .reverse()
          .map((name, index) => [name, { ...joint, zeroTicks: 2000 + index }]),
      ),
    }
    const { joints } = parseCalibration(reversed, so101, 'arm.yaml')
    expect(joints.map(({ zeroTicks }) => zeroTicks)).toEqual([2005, 2004, 2003, 2002, 2001, 2000])
  })

  it('is refused for another arm, another id, a missing joint or a reversed range', () => {
    const refused = (content: unknown, message: RegExp): void => {
      expect(() => parseCalibration(content, so101, 'file')).toThrow(
        expect.objectContaining({
          code: 'ROBOT_CALIBRATION_INVALID',
          message: expect.stringMatching(message),
        }),
      )
    }
    refused({ ...ours, arm: 'so100' }, /it is for so100, not so101/)
    const { gripper, shoulder_pan } = lerobot
    refused({ ...lerobot, gripper: { ...gripper, id: 9 } }, /gripper has id 9 there/)
    refused({ shoulder_pan }, /shoulder_lift is missing/)
    const turned = { ...joint, minTicks: 3000, maxTicks: 1000 }
    refused({ ...ours, joints: { ...ours.joints, gripper: turned } }, /range 3000 to 1000/)
    refused({ ...ours, typo: 1 }, /typo/)
  })

  it('comes back from disk as it was saved', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'sim2arm-')), 'arm.yaml')
    saveCalibration(path, ours)
    expect(loadCalibration(path, so101).joints).toEqual(Array.from({ length: 6 }, () => joint))
    writeFileSync(path, JSON.stringify(lerobot))
    expect(loadCalibration(path, so101).joints[0]?.homingOffsetTicks).toBe(0)
  })

  it('is asked for when there is none', () => {
    const missing = expect.objectContaining({
      code: 'ROBOT_CALIBRATION_MISSING',
      hint: expect.stringContaining('calibrate'),
    })
    expect(() => loadCalibration(undefined, so101)).toThrow(missing)
    expect(() => loadCalibration('/nowhere/arm.yaml', so101)).toThrow(missing)
  })

  it.each([
    [so101, 'robots', /--arm so101,.* --calibration \(.*\/robots\/so_follower\/<id>\.json/],
    [koch, 'robots', /--arm koch,.* --calibration \(.*\/robots\/koch_follower\/<id>\.json/],
    [
      loadArmDescription('so101-leader'),
      'teleoperators',
      /--arm so101-leader,.* --leader-calibration \(.*\/teleoperators\/<type>\/<id>\.json/,
    ],
  ] as const)('is asked for by what is calibrated: $name', (arm, kind, hint) => {
    const asked = expect.objectContaining({ hint: expect.stringMatching(hint) })
    expect(() => loadCalibration(undefined, arm, kind)).toThrow(asked)
  })
})

describe('the nominal calibration', () => {
  it('covers the joint limits, one step wide of rounding', () => {
    const { joints } = nominalCalibration(so101)
    so101.joints.forEach(({ limits }, index) => {
      expect(ticksToRadians(joints[index]!, joints[index]!.minTicks)).toBeCloseTo(limits.lower, 2)
      expect(ticksToRadians(joints[index]!, joints[index]!.maxTicks)).toBeCloseTo(limits.upper, 2)
    })
  })
})
