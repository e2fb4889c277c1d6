import { CodedError } from '../../../configs/load/coded-error.ts'
import type { ArmDescription } from '../../model/arm.schema.ts'
import type { EventClock } from '../../model/clock.ts'
import type { Transport } from '../transports/transport.ts'
import { ServoClient } from './servo-client.ts'
import { SERVO_FAMILIES } from './servo-families.ts'
import type { ServoIdentity } from './servo-family.ts'

/** What a servo of an arm says of itself. */
export interface SeenServo extends ServoIdentity {
  readonly joint: string
  readonly isTorqueOn: boolean
}

/**
 * Asks every servo of an arm what it is, in the arm's order. Nothing is written, nothing moves.
 *
 * @param transport - not yet open; closed again afterwards
 * @throws what the bus throws; ROBOT_SERVO_SILENT where one does not answer
 */
export async function lookAtServos(
  arm: ArmDescription,
  transport: Transport,
  clock: EventClock,
  signal?: AbortSignal,
): Promise<SeenServo[]> {
  if (arm.bus === undefined)
    throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no servo bus`)
  const { baudBps, protocol: name } = arm.bus
  const { identify, protocol, registers } = SERVO_FAMILIES[name]
  const nameOf = (id: number) => arm.joints.find(({ servo }) => servo?.id === id)?.name
  const client = new ServoClient({ protocol, transport, clock, baudBps, nameOf })
  await client.open(signal)
  try {
    const seen: SeenServo[] = []
    for (const { name: joint, servo } of arm.joints) {
      if (servo === undefined) continue
      signal?.throwIfAborted()
      const identity = await identify(client, servo.id)
      const torque = await client.readRegister(servo.id, registers.torque)
      seen.push({ joint, ...identity, isTorqueOn: torque !== 0 })
    }
    return seen
  } finally {
    await client.close()
  }
}
