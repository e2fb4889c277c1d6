import { type ServoClient, servoSilent } from './servo-client.ts'

/** Rounds in which those that are silent are asked, whatever time that takes. */
const MIN_ROUNDS = 3
/** The longest that one answer is waited for [s]. */
const MAX_TIMEOUT_S = 0.4

/**
 * Makes sure that all of `ids` answer. A healthy bus is done in one quick round; those that are silent, as a busy
 * computer makes them seem, are asked again for `patienceS` and given twice the time in each round.
 *
 * @throws ROBOT_SERVO_SILENT naming those that never answered
 */
export async function findServos(
  client: ServoClient,
  ids: readonly number[],
  patienceS: number,
  signal?: AbortSignal,
): Promise<void> {
  const { clock } = client
  const beganS = clock.now()
  const endS = beganS + patienceS
  let silent = [...ids]
  let timeoutS = client.pingTimeoutS
  for (let round = 1; ; round++) {
    const stillSilent: number[] = []
    for (const id of silent) {
      signal?.throwIfAborted()
      if (!(await client.ping(id, timeoutS))) stillSilent.push(id)
    }
    silent = stillSilent
    if (silent.length === 0) return
    if (round >= MIN_ROUNDS && clock.now() >= endS) {
      const stalledS = client.stalledSince(beganS)
      const servos = silent.map((id) => client.describe(id)).join(', ')
      throw servoSilent(servos, { timeoutS, tries: round, stalledS })
    }
    timeoutS = Math.min(2 * timeoutS, MAX_TIMEOUT_S)
  }
}
