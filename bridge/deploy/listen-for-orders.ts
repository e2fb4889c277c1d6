import type { Stream } from '../streams/stream.ts'
import type { DeploymentOptions } from './deployment.node.ts'
import { createGoalHolder, type GoalHolder } from './object-tracker.ts'
import type { SensorStreams } from './sensor-streams.node.ts'
import { StreamRequests, subscribeGoal } from './stream-sources.ts'

export interface OrderSources {
  readonly streams: SensorStreams
  readonly objectStream: Pick<Stream, 'subscribe'>
  /** Of a deployment that is a node of ROS 2. */
  readonly rosStream?: Stream
  /** Time of the loop [s]. */
  readonly now: () => number
}

/** Goals, resets and stops of a deployment, from wherever they may come. */
export async function listenForOrders(
  { actor, config, goal: given, incoming = [], stop }: DeploymentOptions,
  { streams, objectStream, rosStream, now }: OrderSources,
): Promise<{ goal: GoalHolder; requests: StreamRequests }> {
  const { baseFrames, emergencyStop } = config
  const goal = createGoalHolder(actor.spec.control)
  const requests = new StreamRequests(objectStream, now, emergencyStop.heartbeatS)
  for (const each of incoming) requests.listen(each)
  if (stop !== undefined) {
    const { stream, topic } = await streams.open(stop, '/emergency_stop')
    requests.listenForStop(stream, topic)
  }
  if (!('kind' in given)) goal.set(given[0]!, given[1]!, given[2])
  else {
    const { stream, topic } = await streams.open(given, '/goal/pose')
    subscribeGoal(stream, topic, goal, baseFrames)
    for (const each of incoming) subscribeGoal(each, '/goal/pose', goal, baseFrames)
  }
  if (rosStream !== undefined) {
    if (rosStream !== objectStream) requests.listen(rosStream)
    subscribeGoal(rosStream, '~/goal', goal, baseFrames)
  }
  return { goal, requests }
}
