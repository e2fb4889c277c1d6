import { describe, expect, it } from 'vitest'
import { guardedDriver } from '../../../../bridge/deploy/guard/guarded-driver.ts'
import { takeOver } from '../../../../bridge/deploy/guard/take-over.ts'
import { createReading } from '../../../../robot/bus/arm-reading.ts'
import { VirtualClock } from '../../../../robot/model/virtual-clock.ts'
import { so101 } from '../../../sim/push-setup.ts'
import { FakeArmDriver } from '../fake-arm-driver.ts'
import { deployConfig, spec } from '../loop-setup.ts'

const names = so101.joints.map((joint) => joint.name)
const orders = { arm: so101, config: deployConfig, joints: spec.joints }
const raised = [0.3, -0.2, 0.4, 0.5, 0, 0.2]

function setUp() {
  const clock = new VirtualClock()
  const driver = new FakeArmDriver(names, raised, clock)
  return { clock, driver, run: () => clock.run(() => takeOver(driver, clock, orders)) }
}

describe('takeOver', () => {
  it('lowers the arm to its park pose, no joint faster than a soft start, then releases it', async () => {
    const { driver, run } = setUp()
    await run()
    expect(driver.calls).toEqual(['open', 'enable', 'disable'])
    for (const [i, name] of names.entries()) {
      const aim = spec.joints.includes(name) ? so101.poses.park[name]! : raised[i]!
      expect(Math.abs(driver.positionRad[i]! - aim)).toBeLessThan(0.03)
    }
    let before: (typeof driver.writes)[number] = {
      timeS: driver.writes[0]!.timeS,
      goal: Float64Array.from(raised),
    }
    for (const write of driver.writes) {
      const seconds = Math.max(0.01, write.timeS - before.timeS)
      const change = Math.max(...write.goal.map((goal, i) => Math.abs(goal - before.goal[i]!)))
      expect(change / seconds).toBeLessThan(deployConfig.softStart.speedRadPerS * 1.01)
      before = write
    }
  })

  it('leaves an arm that meets something on its way under torque', async () => {
    const { driver, run } = setUp()
    driver.onWrite = () => {
      driver.isJammed = driver.writes.length > 50
    }
    await expect(run()).rejects.toMatchObject({ code: 'ROBOT_SAFETY_STOP' })
    expect(driver.calls).toEqual(['open', 'enable', 'limitTorque'])
  })
})

describe('guardedDriver', () => {
  it('calls the guard before torque is on, at every reading, and off when the device is closed', async () => {
    const { driver, clock } = setUp()
    const said: string[] = []
    const guarded = guardedDriver(driver, {
      watch: () => said.push(`watch after ${driver.calls.length} calls`),
      beat: () => said.push('beat'),
      standDown: () => said.push(`stand down after ${driver.calls.length} calls`),
    })
    await clock.run(async () => {
      await guarded.open()
      await guarded.enable()
      await guarded.read(createReading(names.length))
      await guarded.close()
    })
    expect(said).toEqual(['watch after 1 calls', 'beat', 'stand down after 3 calls'])
  })
})
