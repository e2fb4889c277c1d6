import { type RosType, rosType } from '../../recording/ros-types.ts'
import type { Channel } from './operations.schema.ts'

/** A topic as this process publishes it. */
export interface OpenChannel {
  readonly channel: Channel
  readonly type: RosType
  /** Newest message, for those who subscribe later; undefined where that is of no use to them. */
  latest: TimedPayload | undefined
}

export interface TimedPayload {
  /** Seconds since 1970. */
  readonly epochS: number
  readonly payload: Uint8Array
}

/** The topics of a server by name, each with an id that it keeps. */
export class ChannelList {
  readonly #byTopic = new Map<string, OpenChannel>()
  readonly #byId = new Map<number, OpenChannel>()

  /** @param typeName - `sensor_msgs/JointState` */
  open(topic: string, typeName: string): OpenChannel {
    const known = this.#byTopic.get(topic)
    if (known !== undefined) return known
    const type = rosType(typeName)
    const id = this.#byTopic.size + 1
    const channel: Channel = {
      ...{ id, topic, encoding: 'cdr' },
      ...{ schemaName: type.name, schema: type.schema, schemaEncoding: 'ros2msg' },
    }
    const opened: OpenChannel = { channel, type, latest: undefined }
    this.#byTopic.set(topic, opened)
    this.#byId.set(id, opened)
    return opened
  }

  get size(): number {
    return this.#byId.size
  }

  byId(id: number): OpenChannel | undefined {
    return this.#byId.get(id)
  }

  all(): readonly OpenChannel[] {
    return [...this.#byId.values()]
  }
}
