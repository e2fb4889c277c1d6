import { createReading } from '../../../robot/bus/arm-reading.ts'
import type { ServoBusDriverOptions } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import type { ServoBusOptions } from '../../../robot/bus/twin/bus.ts'
import type { EmulatedServo } from '../../../robot/bus/twin/emulated-servo.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import { createTwinArm, koch, so101, type TwinArm } from './twin-arm.ts'

export const RAD_PER_STEP = (2 * Math.PI) / 4096

/** Opens and enables, then runs `cycles` of read and write at 100 Hz towards `goal`. */
export async function drive(arm: TwinArm, goal: Float64Array, cycles: number) {
  const reading = createReading(6)
  for (let cycle = 0; cycle < cycles; cycle++) {
    const startS = arm.clock.now()
    await arm.driver.read(reading, startS + 0.008)
    await arm.driver.write(goal)
    await arm.clock.sleepUntil(startS + 0.01)
  }
  return reading
}

/** Reads every 10 ms that have to be over after 8: how long each took, and the age of its oldest joint. */
export async function timedReads(arm: TwinArm, cycles: number) {
  const reading = createReading(6)
  const [readS, oldestS]: [number[], number[]] = [[], []]
  await arm.clock.run(async () => {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const beganS = arm.clock.now()
      await arm.driver.read(reading, beganS + 0.008)
      readS.push(arm.clock.now() - beganS)
      oldestS.push(Math.max(...reading.ageS))
      await arm.clock.sleepUntil(beganS + 0.01)
    }
  })
  return { readS, oldestS }
}

/** With torque off: the joints stay where a test puts them. */
export const limp = async (arm: TwinArm): Promise<TwinArm> => {
  await arm.clock.run(() => arm.driver.open())
  return arm
}

export const opened = async (arm: TwinArm): Promise<TwinArm> => {
  await arm.clock.run(() => arm.driver.open())
  await arm.clock.run(() => arm.driver.enable())
  return arm
}

export const registerOf = ({ registers }: EmulatedServo, name: string): number =>
  registers.get(registers.table.find(name))

export const FAMILIES = [
  {
    description: so101,
    otherModel: { name: 'sts3250', number: 2825, wanted: 777 },
    inGripper: 0.2,
  },
  {
    description: koch,
    otherModel: { name: 'xm430-w350', number: 1020, wanted: 1060 },
    inGripper: -0.2,
  },
]

/** Makes twins of an arm with a driver on them, not yet opened. */
export const createOf =
  (arm: ArmDescription) =>
  (
    bus: Partial<ServoBusOptions> = {},
    driver: Partial<ServoBusDriverOptions> = {},
  ): Promise<TwinArm> =>
    createTwinArm(bus, { arm, ...driver })
