import { FrameParser } from '../../../../robot/bus/protocols/feetech/frame-parser.ts'
import { ServoBus, type ServoBusOptions } from '../../../../robot/bus/twin/bus.ts'
import { RandomStream } from '../../../../robot/model/random.ts'
import { VirtualClock } from '../../../../robot/model/virtual-clock.ts'
import { FirstOrderPlant } from '../first-order-plant.ts'

export interface HeardFrame {
  readonly timeS: number
  readonly id: number
  readonly error: number
  readonly parameters: readonly number[]
}

/** A bus of servos `ids` with a host that notes what it hears and when. */
export function createHost(ids: readonly number[], options: Partial<ServoBusOptions> = {}) {
  const clock = new VirtualClock()
  const plant = new FirstOrderPlant(ids.length)
  const heard: HeardFrame[] = []
  const parser = new FrameParser()
  const bus: ServoBus = new ServoBus({
    servos: ids.map((id) => ({
      name: `joint ${id}`,
      id,
      sign: 1 as const,
      registers: { Return_Delay_Time: 0 },
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
