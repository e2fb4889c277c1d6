import type { Stream } from '../streams/stream.ts'
import { unreachable } from './check-deployable.ts'
import type { DeploymentOptions } from './deployment.node.ts'
import { createGoalHolder, type GoalHolder } from './object-tracker.ts'
import type { SensorStreams } from './sensor-streams.node.ts'
import { StreamFrames } from './stream-frames.ts'
import { subscribeGoal } from './stream-goals.ts'
import { StreamRequests } from './stream-sources.ts'

export interface OrderSources {
  readonly streams: SensorStreams
  readonly objectStream: Pick<Stream, 'subscribe'>
  /** Of the object's stream. */
  readonly objectFrames: StreamFrames
  /** Of a deployment that is a node of ROS 2. */
  readonly rosStream?: Stream
  /** Time of the loop [s]. */
  readonly now: () => number
}

/** Goals, resets and stops of a deployment, from wherever they may come. */
export async function listenForOrders(
  options: DeploymentOptions,
  { streams, objectFrames, objectStream, rosStream, now }: OrderSources,
): Promise<{ goal: GoalHolder; requests: StreamRequests }> {
  const { actor, config, goal: given, incoming = [], objectSensor: sensor, stop } = options
  const { baseFrames, emergencyStop } = config
  const goal = createGoalHolder(actor.spec.control)
  const requests = new StreamRequests(objectStream, now, emergencyStop.heartbeatS)
  for (const each of incoming) requests.listen(each)
  if (stop !== undefined) {
    const { stream, topic } = await streams.open(stop, '/emergency_stop')
    requests.listenForStop(stream, topic)
  }
  const known = new Map([[objectStream, objectFrames]])
  const framesOf = (stream: Pick<Stream, 'subscribe'>) => {
    const frames = known.get(stream) ?? new StreamFrames({ stream, baseFrames, sensor, now })
    known.set(stream, frames)
    return frames
  }
  const listen = (stream: Pick<Stream, 'subscribe'>, topic: string, frames: StreamFrames) =>
    subscribeGoal({
      ...{ stream, topic, goal, frames, now },
      reasonAgainst: (place) => unreachable(actor, place)?.message,
      onRejected: (reason) => options.onGoalRejected?.(`${topic}: ${reason}`),
    })
  if (!('kind' in given)) goal.set(given[0]!, given[1]!, given[2])
  else {
    const { stream, topic } = await streams.open(given, '/goal/pose')
    listen(stream, topic, framesOf(stream))
    // Who watches tells no frames; those of the object's stream are meant.
    for (const each of incoming) listen(each, '/goal/pose', objectFrames)
  }
  if (rosStream !== undefined) {
    if (rosStream !== objectStream) requests.listen(rosStream)
    listen(rosStream, '~/goal', framesOf(rosStream))
  }
  return { goal, requests }
}
