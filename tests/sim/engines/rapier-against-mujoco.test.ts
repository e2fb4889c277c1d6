import { init } from '@dimforge/rapier3d'
import loadMujoco, { type MainModule } from '@mujoco/mujoco'
import { beforeAll, describe, expect, it } from 'vitest'
import { puckPhysics } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import {
  createParts,
  FOOT_RADIUS_M,
  footCentre,
  numFeet,
  objectInertia,
  shapeParts,
} from '../../../sim/scene/object.ts'
import { LedTool, TIP_RADIUS_M, yawOf } from './rapier-fixture.ts'

const PHYSICS = puckPhysics({ massKg: 0.05, frictionTable: 0.3, frictionTip: 0.3 })
const TOOL_START_M = -0.06
const TOOL_Z_M = 0.012
const SECONDS = 4

interface Push {
  /** Sideways distance of the tool's path from the puck's centre [m]. */
  readonly asideM: number
  readonly speedMPerS: number
}

/** Tool position along x: 0.25 m with a ramp of 0.1 s at either end. */
function toolX(t: number, speed: number): number {
  const ramp = 0.1
  const length = 0.25
  const cruise = (length - speed * ramp) / speed
  const s = Math.min(t, ramp)
  const m = Math.min(Math.max(0, t - ramp), cruise)
  const e = Math.min(Math.max(0, t - ramp - cruise), ramp)
  const a = speed / ramp
  return TOOL_START_M + 0.5 * a * s * s + speed * m + speed * e - 0.5 * a * e * e
}

/** Where the puck ends: x, y [m] and yaw [rad]. */
function pushedInRapier({ asideM, speedMPerS }: Push): number[] {
  const tool = new LedTool(PHYSICS)
  tool.run(0.1)
  tool.place(TOOL_START_M, asideM, TOOL_Z_M)
  for (let i = 1; i * 0.008 <= SECONDS; i++) {
    tool.step(toolX(i * 0.008, speedMPerS), asideM, TOOL_Z_M)
  }
  const { position, quaternion } = tool.puck
  tool.world.free()
  return [position[0]!, position[1]!, yawOf(quaternion)]
}

function scene({ asideM }: Push, dt: number): string {
  const { shape, massKg } = PHYSICS.objects[0]!
  const [radiusM, , halfHeightM] = shape.halfSizeM
  const parts = createParts(shape.kind)
  shapeParts(shape, parts)
  const [cylinder] = parts
  const v = new Float64Array(3)
  let feet = ''
  for (let i = 0; i < numFeet(shape.kind); i++) {
    footCentre(shape, i, v)
    feet += `<geom type="sphere" size="${FOOT_RADIUS_M}" pos="${v.join(' ')}" friction=".3 0 0"/>`
  }
  objectInertia(shape, massKg, v)
  return `<mujoco><option timestep="${dt}" integrator="implicitfast" cone="elliptic" impratio="10"/>
  <default><geom solref="0.004 1"/></default><worldbody>
  <geom type="box" size="2 2 .05" pos="0 0 -.05" friction="0 0 0"/>
  <body pos="${TOOL_START_M} ${asideM} ${TOOL_Z_M}"><joint name="x" type="slide" axis="1 0 0"/>
    <geom type="capsule" size="${TIP_RADIUS_M} .025" pos="0 0 .035" mass="5" friction=".3 0 0"
      contype="2" conaffinity="2"/></body>
  <body pos="0 0 ${halfHeightM}"><freejoint/>
    <inertial pos="0 0 0" mass="${massKg}" diaginertia="${v.join(' ')}"/>
    <geom type="cylinder" size="${radiusM} ${cylinder!.halfSizeM[2]}"
      pos="0 0 ${cylinder!.centreM[2]}" friction="0 0 0" contype="3" conaffinity="3"/>${feet}</body>
  </worldbody><actuator><general joint="x" gainprm="200000" biastype="affine"
    biasprm="0 -200000 -2000"/></actuator></mujoco>`
}

function pushedInMujoco(mujoco: MainModule, push: Push): number[] {
  const dt = 0.001
  const model = mujoco.MjModel.from_xml_string(scene(push, dt))
  const state = new mujoco.MjData(model)
  const q = state.qpos
  const control = state.ctrl
  for (let i = 1; i * dt <= SECONDS; i++) {
    control[0] = toolX(i * dt, push.speedMPerS) - TOOL_START_M
    mujoco.mj_step(model, state)
  }
  const end = [q[1], q[2], 2 * Math.atan2(q[7], q[4])]
  state.delete()
  model.delete()
  return end
}

describe('a puck that the tool slides round', () => {
  let mujoco: MainModule
  beforeAll(async () => {
    await init()
    mujoco = await loadMujoco()
  })

  // Contacts that keep their first normal leave the puck some 40 mm further on; a puck without feet
  // hardly turns. MuJoCo itself moves by 2 mm and 2° between steps of 0.5 and 1 ms.
  it.each([
    { asideM: 0.012, speedMPerS: 0.1 },
    { asideM: 0.02, speedMPerS: 0.1 },
    { asideM: 0.012, speedMPerS: 0.2 },
    { asideM: 0.02, speedMPerS: 0.2 },
  ])('ends where MuJoCo has it, passed $asideM m aside at $speedMPerS m/s', (push) => {
    const [x, y, yaw] = pushedInRapier(push)
    const [expectedX, expectedY, expectedYaw] = pushedInMujoco(mujoco, push)
    expect(Math.hypot(x! - expectedX!, y! - expectedY!)).toBeLessThan(0.006)
    expect(Math.abs(yaw! - expectedYaw!)).toBeLessThan((12 * Math.PI) / 180)
  })
})
