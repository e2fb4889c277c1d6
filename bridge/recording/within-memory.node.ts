import { getHeapStatistics } from 'node:v8'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ReadMessage } from './read-recording.node.ts'

/** What stays of a set-point cycle while a run is worked on: measured, told, simulated, or written [bytes]. */
const CYCLE_BYTES = 1200

/**
 * The messages of a recording of which something is kept for every cycle.
 *
 * @param mostCycles - default: what this process has room for
 * @throws BRIDGE_RECORDING_INVALID, as they are gone through, when there are more
 */
export function withinMemory(
  file: string,
  messages: Iterable<ReadMessage>,
  mostCycles = Math.floor(getHeapStatistics().heap_size_limit / CYCLE_BYTES),
): Iterable<ReadMessage> {
  return {
    *[Symbol.iterator]() {
      let cycles = 0
      for (const message of messages) {
        if (message.topic === '/joint_commands') cycles++
        if (cycles > mostCycles) throw tooLong(file, mostCycles)
        yield message
      }
    },
  }
}

const tooLong = (file: string, mostCycles: number): CodedError =>
  new CodedError(
    'BRIDGE_RECORDING_INVALID',
    `${file} is too long: expected at most ${mostCycles} set-point cycles, for which there is memory`,
    {
      hint: 'record shorter runs, or give Node more memory: NODE_OPTIONS=--max-old-space-size=8192',
    },
  )
