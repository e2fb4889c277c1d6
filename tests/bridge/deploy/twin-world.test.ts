import { describe, expect, it } from 'vitest'
import { armInReality } from '../../../bridge/deploy/twin-world.ts'
import { createVirtualBus } from '../../../bridge/deploy/virtual-bus.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

const nominal = loadReality('nominal')

/** Time that one read of all joints takes, in a set-up with this bus [s]. */
async function readTimeS(arm: ArmDescription, bus: Partial<typeof nominal.bus>): Promise<number> {
  const clock = new VirtualClock()
  const reality = { ...nominal, bus: { ...nominal.bus, ...bus } }
  const onCameraFrame = () => {}
  const { driver, world } = await createVirtualBus({ arm, reality, clock, seed: 1, onCameraFrame })
  const reading = createReading(6)
  try {
    return await clock.run(async () => {
      await driver.open()
      await driver.read(reading)
      const beganS = clock.now()
      await driver.read(reading)
      return clock.now() - beganS
    })
  } finally {
    world.dispose()
  }
}

describe('the bus of a set-up', () => {
  it('has servos that pause before they answer: Feetech in fixed slots once, Dynamixel one after the other', async () => {
    const pauseS = 0.0005
    for (const [name, numPauses] of [
      ['so101', 1],
      ['koch', 6],
    ] as const) {
      const arm = loadArmDescription(name)
      const quickS = await readTimeS(arm, {})
      const slowS = await readTimeS(arm, { returnDelayS: pauseS })
      expect(slowS - quickS, name).toBeCloseTo(numPauses * pauseS, 6)
    }
  })

  it('runs at the rate that the set-up has, and else at the one of the arm', async () => {
    const arm = loadArmDescription('so101')
    const usualS = await readTimeS(arm, {})
    expect(await readTimeS(arm, { baudBps: 1_000_000 })).toBeCloseTo(usualS, 9)
    expect(await readTimeS(arm, { baudBps: 500_000 })).toBeCloseTo(2 * usualS, 5)
  })

  it('is told to the arm that is driven in it', () => {
    const arm = loadArmDescription('so101')
    const reality = { ...nominal, bus: { ...nominal.bus, baudBps: 250_000 } }
    expect(armInReality(arm, reality).bus!.baudBps).toBe(250_000)
    expect(armInReality(arm, nominal)).toBe(arm)
  })
})

it.each([
  ['so101', 0.1],
  // Its wrist drops by 14 degrees.
  ['koch', 0.3],
] as const)('an emulated %s lies parked until somebody switches it on', async (name, mostRad) => {
  const arm = loadArmDescription(name)
  const clock = new VirtualClock()
  const options = { arm, reality: loadReality('random:1'), clock, seed: 1 }
  const { world } = await createVirtualBus({ ...options, onCameraFrame: () => {} })
  try {
    await clock.run(() => clock.sleepUntil(3))
    world.advance()
    const { plant } = world
    for (const [k, joint] of arm.joints.entries()) {
      const movedRad = Math.abs(plant.state.q[k]! - arm.poses.park[joint.name]!)
      expect(movedRad, joint.name).toBeLessThan(mostRad)
      expect(Math.abs(plant.velocityRadPerS[k]!), joint.name).toBeLessThan(0.05)
    }
  } finally {
    world.dispose()
  }
})
