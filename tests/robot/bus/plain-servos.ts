import { encodeFrame, INSTRUCTION } from '../../../robot/bus/protocols/feetech/frame.ts'
import { FrameParser } from '../../../robot/bus/protocols/feetech/frame-parser.ts'
import {
  createMemoryPair,
  type MemoryTransport,
} from '../../../robot/bus/transports/memory-transport.ts'

export interface PlainServos {
  readonly transport: MemoryTransport
  /** By id; the id is the byte at 5. */
  readonly memories: Uint8Array[]
}

/**
 * Feetech servos as somebody else would emulate them: a block of bytes each, answered at once, at any rate, without
 * locks, limits or motors. What ends beyond the memory is not answered.
 *
 * @param numBytes - of memory
 */
export async function createPlainServos(
  ids: readonly number[],
  numBytes = 71,
): Promise<PlainServos> {
  const { host, device } = createMemoryPair()
  const memories = ids.map((id) => {
    const memory = new Uint8Array(numBytes)
    // Firmware 3.9, STS3215, 0 to 4095 steps, full torque; at 2047, 7.4 V, 31 degrees Celsius.
    memory.set([3, 9, 0, 9, 3, id, 0, 0, 1, 0, 0, 0xff, 0x0f, 70, 80, 40, 0xe8, 3])
    memory.set([0xe8, 3], 48)
    memory.set([0xff, 0x07], 56)
    memory.set([74, 31], 62)
    return memory
  })
  const parser = new FrameParser()
  const reply = (id: number, bytes?: Uint8Array): void =>
    void device.write(encodeFrame(id, 0, bytes))
  const read = (memory: Uint8Array, id: number, start: number, length: number): void => {
    if (start + length <= memory.length) reply(id, memory.slice(start, start + length))
  }
  device.onReceive((bytes) =>
    parser.push(bytes, (id, instruction, parameters) => {
      const [start = 0, length = 0] = parameters
      const called = (each: number) => memories.filter((memory) => memory[5] === each)
      if (instruction === INSTRUCTION.SYNC_READ) {
        for (const each of parameters.slice(2)) {
          for (const memory of called(each)) read(memory, each, start, length)
        }
        return
      }
      for (const memory of called(id)) {
        if (instruction === INSTRUCTION.PING) reply(id)
        if (instruction === INSTRUCTION.READ) read(memory, id, start, length)
        if (instruction !== INSTRUCTION.WRITE) continue
        memory.set(parameters.slice(1), start)
        // A new id is the id of the answer, too.
        reply(memory[5]!)
      }
    }),
  )
  await device.open()
  return { transport: host, memories }
}
