import type { ArmState, Engine, Physics, Start } from '../../../../sim/engines/engine.ts'
import { type Finding, relative } from '../row.ts'
import { playJoints } from '../scenes/joints.ts'
import { blockAtWall, limberPhysics, lowPose, puckApart, sweep } from '../scenes/sweep.ts'
import { puckStart } from '../scenes/table-world.ts'
import { type FidelitySetup, MUJOCO } from '../setup.ts'

const DEGREE = Math.PI / 180
const JOINT_BAR_RAD = 0.3 * DEGREE
const TORQUE_BAR = 0.1

/** In these steps the puck is under way and still ahead of the tool. */
const STEADY: readonly [number, number] = [80, 120]

/** Joints bent by a heavy puck in the tool's way, mean over a part of the sweep [numJoints], [rad]. */
function meanJoints(engine: Engine, physics: Physics, start: Start): Float64Array {
  const mean = new Float64Array(start.q.length)
  const [from, to] = STEADY
  sweep(engine, physics, start, 1, (step, { q }) => {
    if (step < from || step >= to) return
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + q[i]! / (to - from)
  })
  return mean
}

/** A puck that is pushed along pushes back. */
export async function pushedPuck(setup: FidelitySetup): Promise<Finding[]> {
  const arm = setup.so101
  const physics = limberPhysics(arm, { massKg: 0.2, frictionTable: 0.5, frictionTip: 0.2 })
  const low = lowPose(arm)
  const { rapier, mujoco } = await setup.inBoth(
    { arm, objects: ['cylinder'], count: 1 },
    (engine) => {
      const free = meanJoints(engine, physics, puckApart(physics, low))
      const pushing = meanJoints(engine, physics, puckStart(physics, low, 0.19, -0.055, 0.4))
      return { pushing, bentRad: free[0]! - pushing[0]! }
    },
  )
  return bending(
    'SO-101 that pushes a puck of 0.2 kg',
    rapier.pushing,
    mujoco.pushing,
    arm.stiffnessNmPerRad[0]! * Math.abs(rapier.bentRad),
    arm.stiffnessNmPerRad[0]! * Math.abs(mujoco.bentRad),
  )
}

/** A block that cannot give way, since there is a wall behind it. */
export async function jammedBlock(setup: FidelitySetup): Promise<Finding[]> {
  const arm = setup.so101
  const sweepRad = 0.1
  const physics = limberPhysics(arm, {})
  const rest = await setup.inMujoco({ arm, objects: ['cylinder'], count: 1 }, (engine) =>
    sweep(engine, physics, puckApart(physics, lowPose(arm)), 0),
  )
  const scene = blockAtWall(physics, rest.q, rest.tip, arm.tool.tipRadiusM)
  const { rapier, mujoco } = await setup.inBoth(
    { arm, objects: ['box', 'box'], count: 1 },
    (engine) => sweep(engine, scene.physics, scene.start, sweepRad),
  )
  const torque = ({ q }: ArmState) =>
    arm.stiffnessNmPerRad[0]! * (scene.start.q[0]! + sweepRad - q[0]!)
  return bending(
    'SO-101 that jams a block against a wall',
    rapier.q,
    mujoco.q,
    torque(rapier),
    torque(mujoco),
  )
}

/** The tip pressed onto the table. */
export async function pressedTable(setup: FidelitySetup): Promise<Finding[]> {
  const arm = setup.so101
  const physics = limberPhysics(arm, {})
  const low = lowPose(arm)
  const target = Float64Array.from(low)
  target[1] = target[1]! + 0.2
  const { rapier, mujoco } = await setup.inBoth(
    { arm, objects: ['cylinder'], count: 1 },
    (engine) => playJoints(engine, physics, low, target, 3),
  )
  const free = limberPhysics(arm, { heightM: -0.5 })
  const unheld = await setup.inMujoco({ arm, objects: ['cylinder'], count: 1 }, (engine) =>
    playJoints(engine, free, low, target, 3),
  )
  const torque = (q: Float64Array) => arm.stiffnessNmPerRad[1]! * (unheld[1]! - q[1]!)
  return bending(
    'SO-101 that presses its tip on the table',
    rapier,
    mujoco,
    torque(rapier),
    torque(mujoco),
  )
}

function bending(
  what: string,
  rapier: Float64Array,
  mujoco: Float64Array,
  torque: number,
  expected: number,
): Finding[] {
  const errors = Array.from(rapier, (q, i) => Math.abs(q - mujoco[i]!))
  const worst = errors.indexOf(Math.max(...errors))
  return [
    {
      what: `${what}: the worst joint`,
      against: MUJOCO,
      unit: 'rad',
      measured: rapier[worst]!,
      expected: mujoco[worst]!,
      error: errors[worst]!,
      errorUnit: 'rad',
      bar: JOINT_BAR_RAD,
    },
    {
      what: 'torque of the joint that it bends most',
      against: MUJOCO,
      unit: 'Nm',
      measured: torque,
      expected,
      error: relative(torque, expected),
      errorUnit: 'share',
      bar: TORQUE_BAR,
    },
  ]
}
