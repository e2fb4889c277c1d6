import { CodedError } from '../../../configs/load/coded-error.ts'
import type { Clock } from '../../../robot/model/clock.ts'
import { MESSAGE_TYPE } from '../messages.ts'
import type { Stream } from '../stream.ts'
import { CAMERA_PATIENCE_S, CAMERA_TOPIC } from './camera-settings.ts'

export interface AwaitSightOptions {
  readonly clock: Clock
  readonly stream: Pick<Stream, 'subscribe'>
  /** The camera page's address, for people. */
  readonly url: string
}

/**
 * Watches from now on for the first pose of a camera page.
 *
 * @returns waits for it as long as somebody needs who has to open the page first; throws ROBOT_SENSOR_LOST, and
 * `signal`'s reason on abort
 */
export function awaitSight({
  clock,
  stream,
  url,
}: AwaitSightOptions): (signal: AbortSignal) => Promise<void> {
  const sight = new Promise<void>((resolve) => {
    const watch = stream.subscribe(CAMERA_TOPIC, MESSAGE_TYPE.poseStamped, () => {
      watch.close()
      resolve()
    })
  })
  return async (signal) => {
    signal.throwIfAborted()
    const settled = new AbortController()
    const either = AbortSignal.any([signal, settled.signal])
    const patience = clock.sleepUntil(clock.now() + CAMERA_PATIENCE_S, either).then(() => {
      throw nothingSeen(url)
    })
    await Promise.race([sight, patience]).finally(() => settled.abort())
  }
}

function nothingSeen(url: string): CodedError {
  const message = `expected the object’s place from the camera page ${url} within ${CAMERA_PATIENCE_S} s, found nothing`
  return new CodedError('ROBOT_SENSOR_LOST', message, {
    hint: 'open the page in the browser that has the camera and allow it; the page says what it does not see: the sheet on the table or the object’s tag',
  })
}
