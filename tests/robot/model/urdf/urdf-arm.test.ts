import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import loadMujoco from '@mujoco/mujoco'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { listConfigs } from '../../../../configs/load/load.node.ts'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import { compileArm } from '../../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../../robot/model/load-arm.node.ts'
import { writeUrdf } from '../../../../robot/model/urdf/write-urdf.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-urdf-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes an arm's URDF and the YAML that joins it, and loads the two. */
function throughUrdf(
  arm: ArmDescription,
  change: (urdf: string) => string = (urdf) => urdf,
): ArmDescription {
  writeFileSync(join(folder, 'arm.urdf'), change(writeUrdf(arm)))
  const { version, name, title, source, mesh, poses, safeState, bus, tool, gripper } = arm
  const joints = Object.fromEntries(
    arm.joints.map(({ name, group, actuator, servo, limits }) => {
      const { lower: _, upper: __, ...commandLimits } = limits
      return [name, { group, actuator, limits: commandLimits, ...(servo && { servo }) }]
    }),
  )
  const yaml = {
    version,
    name,
    title,
    source,
    urdf: 'arm.urdf',
    joints,
    poses,
    safeState,
    tool,
    ...(bus && { bus }),
    ...(gripper && { gripper }),
    ...(arm.zeroPose && { zeroPose: arm.zeroPose }),
    ...(mesh && { mesh }),
  }
  writeFileSync(join(folder, 'arm.yaml'), stringify(yaml))
  return loadArmDescription(join(folder, 'arm.yaml'))
}

describe.each(listConfigs('arms'))('%s through its own URDF', (name) => {
  const arm = loadArmDescription(name)

  it('is the same arm', () => {
    const { shapes: _, ...again } = throughUrdf(arm)
    const { shapes: __, ...before } = arm
    expect(again).toEqual(before)
  })

  it('has the masses, inertias and limits that MuJoCo reads', async () => {
    const mujoco = await loadMujoco()
    // Without this MuJoCo fuses links on fixed joints, and drops the mass of the base.
    const text = writeUrdf(arm).replace(
      /(<robot [^>]*>)/,
      '$1<mujoco><compiler fusestatic="false" balanceinertia="false"/></mujoco>',
    )
    const model = mujoco.MjModel.from_xml_string(text)
    const description = throughUrdf(arm)
    for (const joint of description.joints) {
      const body = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY.value, joint.link)
      const centre = model.body_ipos.subarray(3 * body, 3 * body + 3)
      expect(model.body_mass[body]).toBeCloseTo(joint.inertial.massKg, 9)
      for (let i = 0; i < 3; i++) expect(centre[i]).toBeCloseTo(joint.inertial.comM[i]!, 9)
      const [ixx, iyy, izz, ixy, ixz, iyz] = joint.inertial.inertiaKgM2
      const principal = Array.from(
        model.body_inertia.subarray(3 * body, 3 * body + 3) as Float64Array,
      )
      // Invariants of the tensor, as MuJoCo keeps principal moments in a frame of their own.
      expect(principal.reduce((a, b) => a + b)).toBeCloseTo(ixx + iyy + izz, 9)
      const squares = ixx ** 2 + iyy ** 2 + izz ** 2 + 2 * (ixy ** 2 + ixz ** 2 + iyz ** 2)
      expect(principal.reduce((a, b) => a + b * b, 0)).toBeCloseTo(squares, 12)
      const id = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_JOINT.value, joint.name)
      const range = model.jnt_range.subarray(2 * id, 2 * id + 2)
      expect(range[0]).toBeCloseTo(joint.limits.lower, 9)
      expect(range[1]).toBeCloseTo(joint.limits.upper, 9)
    }
    model.delete()
  })
})

const FRAME = '<origin xyz="0.01 0.02 0.03" rpy="0.4 -0.3 0.2"/>'

describe('an arm with a link on a fixed joint', () => {
  const arm = loadArmDescription('so101')

  /** Puts a fixed link between a joint and its parent, without moving anything. */
  const withStub = (urdf: string) =>
    urdf
      .replace(
        '<joint name="elbow_flex"',
        '<link name="stub"/><joint name="stub_fixed" type="fixed"><parent link="upper_arm"/><child link="stub"/></joint><joint name="elbow_flex"',
      )
      .replace(
        /(<joint name="elbow_flex"[\s\S]*?)<parent link="upper_arm"\/>/,
        '$1<parent link="stub"/>',
      )

  it('is the arm without that link', () => {
    const { shapes: _, ...again } = throughUrdf(arm, withStub)
    const { shapes: __, ...before } = arm
    expect(again).toEqual(before)
  })

  it('carries its mass and moves what hangs on it', () => {
    const mass =
      '<inertial><mass value="0.05"/><inertia ixx="1e-5" iyy="1e-5" izz="1e-5" ixy="0" ixz="0" iyz="0"/></inertial>'
    const moved = throughUrdf(arm, (urdf) =>
      withStub(urdf)
        .replace('<link name="stub"/>', `<link name="stub">${mass}</link>`)
        .replace('<child link="stub"/>', `<child link="stub"/>${FRAME}`),
    )
    const link = moved.joints.find(({ name }) => name === 'shoulder_lift')!
    expect(link.inertial.massKg).toBeCloseTo(0.153, 12)
    // Centre of mass by hand: (0.103 · own + 0.05 · stub) / 0.153.
    const own = arm.joints.find(({ name }) => name === 'shoulder_lift')!.inertial.comM
    for (const [k, x] of [0.01, 0.02, 0.03].entries()) {
      expect(link.inertial.comM[k]).toBeCloseTo((0.103 * own[k]! + 0.05 * x) / 0.153, 12)
    }
    const tipOf = (description: ArmDescription) => {
      const kinematics = new ArmKinematics(compileArm(description))
      kinematics.forward(new Float64Array(5))
      return [...kinematics.tip]
    }
    const distance = Math.hypot(...tipOf(moved).map((x, k) => x - tipOf(arm)[k]!))
    expect(distance).toBeGreaterThan(0.02)
  })
})

describe('a mistake', () => {
  const arm = loadArmDescription('so101')

  it('in the joints of the YAML names the ones there are', () => {
    expect(() => throughUrdf(arm, (urdf) => urdf.replaceAll('elbow_flex', 'elbow'))).toThrow(
      /no joint elbow_flex that moves/,
    )
  })

  it('in the path of a mesh names the file', () => {
    const mesh =
      '<collision><geometry><mesh filename="package://arms/none.stl"/></geometry></collision>'
    expect(() =>
      throughUrdf(arm, (urdf) => urdf.replace('<link name="wrist">', `<link name="wrist">${mesh}`)),
    ).toThrow(/the package of package:\/\/arms\/none\.stl is not known/)
    const plain = mesh.replace('package://arms/', '')
    expect(() =>
      throughUrdf(arm, (urdf) =>
        urdf.replace('<link name="wrist">', `<link name="wrist">${plain}`),
      ),
    ).toThrow(/expected a readable mesh at .*none\.stl/)
  })
})
