import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listConfigs, packageRoot } from '../../../configs/load/load.node.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { placeShapes } from '../../../robot/model/place-shapes.ts'
import { transformPoint } from '../../../robot/model/pose.ts'

const so101 = loadArmDescription('so101')

it('an arm whose mesh is none of ours is refused, with the names there are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sim2arm-arm-'))
  const file = join(folder, 'own.yaml')
  const text = readFileSync(join(packageRoot(), 'configs', 'arms', 'so101.yaml'), 'utf8')
  writeFileSync(file, text.replace(/^mesh: so101$/m, 'mesh: so100'))
  try {
    expect(() => loadArmDescription(file)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_UNKNOWN_NAME',
        hint: expect.stringContaining('so101'),
      }),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
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
