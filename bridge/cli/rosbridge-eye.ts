import { CodedError } from '../../configs/load/coded-error.ts'
import type { ObjectEye } from '../../robot/calibration/touch-arm.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { sleepFor } from '../../robot/model/sleep.ts'
import { MESSAGE_TYPE, RosbridgeClient } from '../streams/index.ts'

const CONNECT_TIMEOUT_S = 10
/** What was seen before belongs to where the object was before. */
const SETTLE_S = 0.5
const LOOK_S = 1
const FEWEST_POSES = 5

export interface RosbridgeEyeOptions {
  readonly url: string
  readonly topic: string
  readonly middleM: number
  readonly clock: EventClock
  readonly signal: AbortSignal
}

/** The poses of an object on a rosbridge topic, averaged over a second at a time; close it afterwards. */
export async function openRosbridgeEye(
  options: RosbridgeEyeOptions,
): Promise<ObjectEye & { close(): Promise<void> }> {
  const { clock, middleM, signal, topic, url } = options
  const client = new RosbridgeClient({ url, clock })
  const sum = new Float64Array(3)
  let count = 0
  let frame = ''
  client.subscribe(topic, MESSAGE_TYPE.poseStamped, ({ header, pose: { position } }) => {
    frame = header.frame_id
    sum[0]! += position.x
    sum[1]! += position.y
    sum[2]! += position.z
    count++
  })
  await client.ready(CONNECT_TIMEOUT_S, signal)
  return {
    middleM,
    get frame() {
      return frame
    },
    async look() {
      await sleepFor(clock, SETTLE_S)
      signal.throwIfAborted()
      sum.fill(0)
      count = 0
      await sleepFor(clock, LOOK_S)
      if (count >= FEWEST_POSES) return sum.map((each) => each / count)
      const heard = `${count} poses on ${topic} in ${LOOK_S} s`
      throw new CodedError('ROBOT_SENSOR_LOST', heard, {
        hint: 'check that the camera sees the object, and start again',
      })
    },
    close: async () => client.close(),
  }
}
