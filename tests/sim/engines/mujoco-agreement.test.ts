import { expect, test } from 'vitest'
import { puckStart } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { nominalPhysics, panda, so101 } from './mujoco-fixtures.ts'

/** Joint angles of both engines each 8 ms while every joint but the gripper takes a step of `stepRad`. */
async function stepResponses(arm: ArmModel, pose: readonly number[], stepRad: number, load = 0) {
  const physics = nominalPhysics(arm)
  physics.loadFriction.fill(load)
  const engine = await createMujocoEngine({
    arm,
    objects: ['cylinder'],
    count: 1,
    timestepS: 0.008,
  })
  engine.reset(0, physics, puckStart(physics, pose, 0.6, 0.4))
  const dynamics = new ArmDynamics(arm)
  dynamics.parameters.loadFriction.fill(load)
  dynamics.parameters.backlash.fill(0)
  dynamics.reset(Float64Array.from(pose))
  const target = Float64Array.from(pose, (q, joint) => q + stepRad * (joint % 2 === 0 ? 1 : -1))
  engine.setTarget(0, target)
  dynamics.target.set(target)
  const squares = new Float64Array(arm.numJoints)
  const steps = 190
  for (let step = 0; step < steps; step++) {
    engine.step()
    for (let substep = 0; substep < 2; substep++) dynamics.step(0.004, true)
    for (let joint = 0; joint < arm.numJoints; joint++) {
      squares[joint]! += (engine.state(0).q[joint]! - dynamics.q[joint]!) ** 2
    }
  }
  engine.dispose()
  return squares.map((square) => (Math.sqrt(square / steps) * 180) / Math.PI)
}

test('an SO-101 takes a step in MuJoCo as in our own dynamics, to 0.3 degrees RMS', async () => {
  const error = await stepResponses(so101(), [0.1, -0.6, 0.6, 0.5, 0.2], 0.3)
  for (const degrees of error) expect(degrees).toBeLessThan(0.3)
})

test('also with friction that grows with the load', async () => {
  const error = await stepResponses(so101(), [0.1, -0.6, 0.6, 0.5, 0.2], 0.3, 0.15)
  for (const degrees of error) expect(degrees).toBeLessThan(0.4)
})

test('a Panda, which cancels gravity and saturates, does too', async () => {
  const error = await stepResponses(panda(), [0, -0.4, 0.1, -2, 0.1, 1.8, 0.6], 0.05)
  for (const degrees of error) expect(degrees).toBeLessThan(0.3)
})
