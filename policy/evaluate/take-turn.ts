import { settle } from '../../robot/model/settle.ts'

/** Between two steps of a long play: lets signals and messages through. Rejects with the signal's reason when it aborts. */
export async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  await settle()
  signal?.throwIfAborted()
}
