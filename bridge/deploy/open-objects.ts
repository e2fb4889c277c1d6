import { CodedError } from '../../configs/load/coded-error.ts'
import { sightOf } from '../../robot/io/spec.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import type { DeploymentOptions } from './deployment.node.ts'
import { objectTopic } from './object-topic.ts'
import type { SensorStreams } from './sensor-streams.node.ts'
import { type StreamClock, StreamObjectSource } from './stream-sources.ts'

/** An object of a deployment, and the stream on which it is seen. */
export type SeenObject = Awaited<ReturnType<SensorStreams['open']>> & {
  readonly source: StreamObjectSource
}

/** Opens what each object that the policy is told of is seen by, in its order. */
export async function openObjects(
  {
    actor,
    config,
    object,
    objectSensor,
  }: Pick<DeploymentOptions, 'actor' | 'config' | 'object' | 'objectSensor'>,
  streams: Pick<SensorStreams, 'open'>,
  times: StreamClock,
): Promise<SeenObject[]> {
  const seen: SeenObject[] = []
  const { objects } = sightOf(actor.spec.control)
  if (object.kind === 'camera') refuseHeights(actor.task.name, objects)
  for (const index of objects.keys()) {
    const topic = objectTopic(objects, index)
    const uri = index === 0 ? object : beside(object, topic)
    const opened = await streams.open(uri, topic)
    const { epochNow } = opened
    const source = new StreamObjectSource({
      ...opened,
      frames: config.baseFrames,
      clock: { ...times, ...(epochNow && { epochNow }) },
      ...(index === 0 && objectSensor && { sensor: objectSensor }),
    })
    seen.push({ ...opened, source })
  }
  return seen
}

/** Throws ROBOT_SENSOR_INVALID where a policy is told how high objects are, which a camera page cannot see. */
function refuseHeights(task: string, objects: readonly { readonly height: boolean }[]): void {
  if (!objects.some(({ height }) => height)) return
  const message = `a camera page sees places on the table, not the heights that ${task} needs`
  throw new CodedError('ROBOT_SENSOR_INVALID', message, {
    hint: 'an eye that tells heights: --sensor object=rosbridge://host:port/object/pose',
  })
}

/** Another topic of what tells the first object. Throws ROBOT_SENSOR_INVALID where there is only one. */
function beside(object: SensorUri, topic: string): SensorUri {
  if (object.kind === 'sim') return object
  if ('topic' in object) return { ...object, topic }
  throw new CodedError('ROBOT_SENSOR_INVALID', `a ${object.kind} sees one object, not ${topic}`, {
    hint: '--sensor object=rosbridge://host:port/object/pose, the others beside it',
  })
}
