import { numberRow } from '../../../bridge/recording/ros-values.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'

/** Observations of `size` numbers, one per second, each full of its own number. */
export const numberedObservations = (count: number, size: number): RecordedMessage[] =>
  Array.from({ length: count }, (_, k) => ({
    topic: '/policy/observation',
    epochS: 1_700_000_000 + k,
    message: numberRow('observation', new Float32Array(size).fill(k)),
  }))
