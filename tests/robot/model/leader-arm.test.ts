import { describe, expect, it } from 'vitest'
import { listConfigs, loadConfig } from '../../../configs/load/load.node.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { homeServo } from '../../../robot/bus/drivers/configure-servos.ts'
import { ServoBusDriver } from '../../../robot/bus/drivers/servo-bus-driver.ts'
import { ServoClient } from '../../../robot/bus/drivers/servo-client.ts'
import { SERVO_FAMILIES } from '../../../robot/bus/drivers/servo-families.ts'
import { modelOf } from '../../../robot/bus/protocols/dynamixel/control-table.ts'
import { parseCalibration } from '../../../robot/calibration/parse-calibration.ts'
import { leaderSchema } from '../../../robot/model/leader.schema.ts'
import { armOfLeader } from '../../../robot/model/leader-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createTwinArm, so101 } from '../bus/twin-arm.ts'

const REVERSED = 1

describe.each(listConfigs('leaders'))('the leader %s', (name) => {
  it('has the joints of the arm that it leads, moved by its own servos', () => {
    const leader = loadConfig('leaders', name, leaderSchema)
    const arm = loadArmDescription(name)
    const led = loadArmDescription(leader.arm)
    expect(arm.name).toBe(name)
    expect(arm.joints.map((joint) => joint.name)).toEqual(led.joints.map((joint) => joint.name))
    // A leader has a handle: it does not look like the arm.
    expect(arm.mesh).toBeUndefined()
    for (const joint of arm.joints) expect(joint.servo).toEqual(leader.servos[joint.name])
  })
})

it('a leader without a servo for a joint, or with one too many, is refused', () => {
  const leader = loadConfig('leaders', 'so101-leader', leaderSchema)
  const { gripper, ...others } = leader.servos
  for (const [servos, message] of [
    [others, /which has a joint gripper/],
    [{ ...leader.servos, toe: gripper! }, /which has no joint toe/],
  ] as const) {
    expect(() => armOfLeader({ ...leader, servos }, so101)).toThrow(message)
  }
})

it('LeRobot’s file of a Koch’s leader reads the elbow that its servo counts backwards', async () => {
  const arm = loadArmDescription('koch-leader')
  const { clock, plant, transport } = await createTwinArm({}, { arm })
  const { protocol, writeKept } = SERVO_FAMILIES.dynamixel
  const client = new ServoClient({ protocol, transport, clock, baudBps: 1_000_000 })
  await clock.run(() => client.open())
  const motors: Record<string, object> = {}
  for (const { name, servo } of arm.joints) {
    const { id } = servo!
    // As LeRobot does: homed in the direction in which the servo is to count.
    await clock.run(() => homeServo(client, id))
    const isElbow = name === 'elbow_flex'
    const table = modelOf(servo!.model).table
    if (isElbow) {
      await clock.run(() => writeKept(client, id, [[table.find('Drive_Mode'), REVERSED]]))
      await clock.run(() => writeKept(client, id, [[table.find('Homing_Offset'), 0]]))
    }
    const read = (register: string) =>
      clock.run(() => client.readRegister(id, table.find(register)))
    if (isElbow) {
      const offset = 2047 - (await read('Present_Position'))
      await clock.run(() => writeKept(client, id, [[table.find('Homing_Offset'), offset]]))
    }
    motors[name] = {
      ...{ id, drive_mode: isElbow ? 1 : 0, homing_offset: await read('Homing_Offset') },
      ...{ range_min: 0, range_max: 4095 },
    }
  }
  await clock.run(() => client.close())
  const calibration = parseCalibration(motors, arm, 'LeRobot')
  const driver = new ServoBusDriver({ arm, calibration, transport, clock })
  await clock.run(() => driver.open())
  const held = [0.3, -0.4, 0.5, -0.6, 0.7, -0.8]
  plant.positionRad.set(held)
  const reading = createReading(6)
  await clock.run(() => driver.read(reading))
  for (const [i, angle] of held.entries()) expect(reading.positionRad[i]).toBeCloseTo(angle, 2)
})
