import { createRecordTap } from '../../../bridge/recording/record-tap.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'
import { atHeight, ConstantPolicy, setUpLoop } from '../deploy/loop-setup.ts'

/** When the recorded loop began, since 1970 [s]. */
export const EPOCH_S = 1_700_000_000

/** A loop of two seconds on virtual time, as its tap recorded it. */
export async function recordLoop(): Promise<RecordedMessage[]> {
  const messages: RecordedMessage[] = []
  const { driver, loop, run } = setUpLoop({ policy: new ConstantPolicy(0, 0.3, atHeight(0.05)) })
  loop.tap = createRecordTap({
    sinks: [{ write: (batch) => void messages.push(...batch) }],
    jointNames: driver.jointNames,
    epochOffsetS: EPOCH_S,
    frame: 'base',
  })
  await run(2)
  return messages
}
