import { SERVO_PROTOCOLS } from '../../../../robot/bus/protocols/index.ts'
import type { ServoProtocolName } from '../../../../robot/bus/protocols/servo-protocol.ts'
import { ServoBus, type ServoBusOptions } from '../../../../robot/bus/twin/bus.ts'
import type { RegisterValues } from '../../../../robot/bus/twin/register-memory.ts'
import { RandomStream } from '../../../../robot/model/random.ts'
import { VirtualClock } from '../../../../robot/model/virtual-clock.ts'
import { FirstOrderPlant } from '../first-order-plant.ts'

export interface HeardFrame {
  readonly timeS: number
  readonly id: number
  readonly error: number
  readonly parameters: readonly number[]
}

export interface HostOptions extends Partial<ServoBusOptions> {
  readonly model?: string
  /** What differs from a new servo with an answer at once, at 1 Mbit/s. */
  readonly registers?: RegisterValues
}

const baudOf = (protocol: ServoProtocolName): RegisterValues => ({
  Baud_Rate: SERVO_PROTOCOLS[protocol].baudRatesBps.indexOf(1_000_000),
})

/** A bus of servos `ids` with a host that notes what it hears and when. */
export function createHost(ids: readonly number[], options: HostOptions = {}) {
  const clock = new VirtualClock()
  const plant = new FirstOrderPlant(ids.length)
  const heard: HeardFrame[] = []
  const { protocol = 'feetech', model = 'sts3215' } = options
  const parser = SERVO_PROTOCOLS[protocol].createStatusParser()
  const bus: ServoBus = new ServoBus({
    protocol,
    servos: ids.map((id) => ({
      name: `joint ${id}`,
      id,
      sign: 1 as const,
      model,
      registers: { Return_Delay_Time: 0, ...baudOf(protocol), ...options.registers },
    })),
    plant,
    clock,
    random: new RandomStream(1),
    send: (bytes) =>
      parser.push(bytes, (id, error, parameters) => {
        heard.push({ timeS: clock.now(), id, error, parameters: [...parameters] })
      }),
    ...options,
  })
  /** Sends a request and gives the frames heard within `waitS`. */
  const ask = async (frame: Uint8Array, waitS = 0.05): Promise<HeardFrame[]> => {
    heard.length = 0
    parser.reset()
    bus.receive(frame)
    await clock.advanceTo(clock.now() + waitS)
    return [...heard]
  }
  return { bus, clock, plant, heard, ask }
}
