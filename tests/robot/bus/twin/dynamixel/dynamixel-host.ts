import { encodeRead } from '../../../../../robot/bus/protocols/dynamixel/instructions.ts'
import { createHost, type HostOptions } from '../host.ts'

/** XL330-M288 servos that answer at once, at 1 Mbit/s and 5 V. */
export function createBus(ids: readonly number[], options: HostOptions = {}) {
  const host = createHost(ids, { protocol: 'dynamixel', model: 'xl330-m288', ...options })
  host.plant.supplyV.fill(5)
  const errorOf = async (frame: Uint8Array): Promise<number> => (await host.ask(frame))[0]!.error
  const read = async (address: number, length: number): Promise<readonly number[]> =>
    (await host.ask(encodeRead(1, address, length)))[0]!.parameters
  const int32 = async (address: number): Promise<number> =>
    Buffer.from(await read(address, 4)).readInt32LE()
  return { ...host, errorOf, read, int32 }
}

export const bytes4 = (value: number): number[] => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return [...bytes]
}

export const idsOf = (frames: readonly { id: number }[]): number[] => frames.map(({ id }) => id)
