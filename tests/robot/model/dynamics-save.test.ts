import { expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const model = compileArm(loadArmDescription('so101'))

function play(dynamics: ArmDynamics, from: number, to: number): number[] {
  const log: number[] = []
  for (let step = from; step < to; step++) {
    dynamics.step(0.008, step % 3 === 0)
    log.push(...dynamics.q, ...dynamics.qd, ...dynamics.tip, ...dynamics.tipVelocity)
    log.push(...dynamics.motorTorque, ...dynamics.frictionTorque)
  }
  return log
}

it('moves on in another arm as it was saved: set-point, outer torques, friction and old mass matrix', () => {
  const dynamics = new ArmDynamics(model)
  dynamics.target.fill(0.4)
  dynamics.externalTorque.fill(-0.2)
  dynamics.contactStiffness.fill(30)
  play(dynamics, 0, 11)
  const saved = structuredClone(dynamics.save())
  const expected = play(dynamics, 11, 60)
  const other = new ArmDynamics(model)
  for (const restored of [dynamics, other]) {
    restored.restore(saved)
    expect(play(restored, 11, 60)).toEqual(expected)
  }
})
