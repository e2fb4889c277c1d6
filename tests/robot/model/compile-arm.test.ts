import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { listConfigs, packageRoot } from '../../../configs/load/load.node.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { placeShapes } from '../../../robot/model/place-shapes.ts'
import { transformPoint } from '../../../robot/model/pose.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'

const so101 = loadArmDescription('so101')

describe('an arm file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sim2arm-arm-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** What an arm's file says with one text of it replaced. */
  function loadChanged(shipped: string, from: RegExp, to: string) {
    const text = readFileSync(join(packageRoot(), 'configs', 'arms', `${shipped}.yaml`), 'utf8')
    expect(text).toMatch(from)
    writeFileSync(join(folder, 'own.yaml'), text.replace(from, to))
    return loadArmDescription(join(folder, 'own.yaml'))
  }

  it('is refused with a mesh that is none of ours, with the names there are', () => {
    expect(() => loadChanged('so101', /^mesh: so101$/m, 'mesh: so100')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_UNKNOWN_NAME',
        hint: expect.stringContaining('so101'),
      }),
    )
  })

  it('is refused with moments of inertia that no body has', () => {
    // About x = -y it would take 0.81e-4 - 1e-4 kg m2 to turn it.
    const load = () =>
      loadChanged('so101', /8\.104e-5, 2\.3978e-5, 7\.6e-8/, '8.104e-5, 2.4e-5, 1e-4')
    expect(load).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('expected positive moments of inertia'),
      }),
    )
  })

  it('is refused with a misspelt joint in a pose, which would be released at 0', () => {
    const load = () =>
      loadChanged('so101', /(park: .*)shoulder_lift: -1\.72/, '$1shoulder_lft: -1.72')
    expect(load).toThrow(
      expect.objectContaining({
        code: 'ROBOT_ARM_INVALID',
        message: expect.stringContaining('park names no joint shoulder_lft'),
        hint: expect.stringContaining('did you mean shoulder_lift?'),
      }),
    )
  })

  it.each([
    ['without a joint', /(rest: .*) elbow_flex: [\d.]+,/, '$1', /rest .*elbow_flex/],
    [
      'beyond a limit',
      /(park: .*elbow_flex: )1\.66/,
      '$1 9.5',
      /park .*elbow_flex at 9\.5, outside .*1\.69/,
    ],
  ])('is refused with a pose %s', (_, from, to, said) => {
    const load = () => loadChanged('so101', from, to)
    expect(load).toThrow(expect.objectContaining({ code: 'ROBOT_ARM_INVALID' }))
    expect(load).toThrow(said)
  })

  it('may leave out where a joint is that mimics another', () => {
    const { rest } = loadChanged('panda', /^ {4}panda_finger_joint2: 0\n/gm, '').poses
    expect(Object.keys(rest)).toContain('panda_finger_joint1')
    expect(Object.keys(rest)).not.toContain('panda_finger_joint2')
  })
})

describe.each(listConfigs('arms'))('the arm file %s', (name) => {
  const description = loadArmDescription(name)
  const joints = description.joints.map((joint) => joint.name)

  it('compiles with its arm joints, and with all joints', () => {
    expect(compileArm(description).numJoints).toBeGreaterThan(0)
    expect(compileArm(description, { joints }).jointNames).toEqual(joints)
  })

  it.each(['rest', 'park'] as const)(
    'has every joint in its %s pose, within the limits',
    (pose) => {
      expect(Object.keys(description.poses[pose])).toEqual(joints)
      for (const { name: joint, limits } of description.joints) {
        expect(description.poses[pose][joint]).toBeGreaterThanOrEqual(limits.lower)
        expect(description.poses[pose][joint]).toBeLessThanOrEqual(limits.upper)
      }
    },
  )

  it('has inertias that a real body can have', () => {
    for (const { inertial } of description.joints) {
      const [xx, yy, zz, xy, xz, yz] = inertial.inertiaKgM2
      // The second moments of the mass distribution, trace/2 - I, are positive definite.
      const half = (xx + yy + zz) / 2
      const [a, b, c] = [half - xx, half - yy, half - zz]
      expect(a).toBeGreaterThan(0)
      expect(a * b - xy * xy).toBeGreaterThan(0)
      const determinant = a * (b * c - yz * yz) + xy * (-xy * c - yz * xz) - xz * (xy * yz + b * xz)
      expect(determinant).toBeGreaterThan(0)
    }
  })

  it('keeps the tool above the table in rest and park pose', () => {
    const model = compileArm(description)
    const kinematics = new ArmKinematics(model)
    for (const pose of [description.poses.rest, description.poses.park]) {
      kinematics.forward(Float64Array.from(model.jointNames, (joint) => pose[joint]!))
      expect(kinematics.tip[2]).toBeGreaterThan(0)
    }
  })

  it('places its shapes alike however many joints are active', () => {
    const pose = (options: { joints: string[] }) => {
      const model = compileArm(description, options)
      const kinematics = new ArmKinematics(model)
      kinematics.forward(model.restPose)
      return placeShapes(description, options).flatMap(({ link, position }) => {
        if (link < 0) return [...position]
        const out = new Float64Array(3)
        const frame = {
          position: kinematics.linkPosition.subarray(3 * link, 3 * link + 3),
          quaternion: kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4),
        }
        transformPoint(frame, position, out)
        return [...out]
      })
    }
    const few = pose({ joints: joints.slice(2, 5) })
    for (const [i, value] of pose({ joints }).entries()) expect(few[i]).toBeCloseTo(value, 12)
  })
})

describe('compileArm', () => {
  it('weighs the SO-101 as its parts list does', () => {
    const model = compileArm(so101)
    // 632 g in all, of which the base has 147 g; the frozen jaw (12 g) rides on the last link.
    expect(model.massKg.reduce((sum, mass) => sum + mass)).toBeCloseTo(0.632 - 0.147, 3)
    expect(model.massKg[4]).toBeCloseTo(0.087 + 0.012, 12)
  })

  it.each(['gripper', 'arm'] as const)(
    'and the inverse kinematics take no tool that hangs on a joint which another moves, of group %s',
    (group) => {
      const mimic = { joint: 'elbow_flex', multiplier: -1, offset: 0 }
      const joints = so101.joints.map((joint) =>
        joint.name === 'wrist_flex' ? { ...joint, mimic, group } : joint,
      )
      expect(() => createToolIk(compileArm({ ...so101, joints }))).toThrow(
        expect.objectContaining({
          code: 'ROBOT_ARM_INVALID',
          message: expect.stringContaining('the tool hangs on wrist_flex'),
        }),
      )
    },
  )

  it('lists the joints when one is unknown', () => {
    const compile = () => compileArm(so101, { joints: ['shoulder_pam'] })
    expect(compile).toThrow(expect.objectContaining({ code: 'ROBOT_ARM_INVALID' }))
    expect(compile).toThrow(/shoulder_pam/)
  })

  it('refuses to hold a joint outside its limits', () => {
    expect(() => compileArm(so101, { frozen: { gripper: 2.5 } })).toThrow(/gripper held at 2.5/)
  })

  it('refuses a joint whose parent link no earlier joint moves', () => {
    const joints = so101.joints.toReversed()
    expect(() => compileArm({ ...so101, joints })).toThrow(/no earlier joint/)
  })

  it('refuses a tool that no active joint moves', () => {
    expect(() => compileArm(so101, { joints: ['gripper'] })).toThrow(/tool link/)
  })
})
