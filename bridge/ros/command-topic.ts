import { waitUntil } from '../../robot/model/wait-until.ts'
import { controllerSilent } from './controller-errors.ts'
import type { RosPublisher } from './graph.ts'
import type { MessageName, MessageTypes } from './interfaces.ts'
import type { CommanderOptions } from './joint-commander.ts'
import { COMMAND_QOS } from './qos.ts'

/** A topic on which a controller takes set-points: only as long as one listens. */
export class CommandTopic<N extends MessageName> {
  private readonly type: N
  private readonly topic: string
  private readonly options: CommanderOptions
  private publisher: RosPublisher<MessageTypes[N]> | undefined

  constructor(type: N, topic: string, options: CommanderOptions) {
    this.type = type
    this.topic = topic
    this.options = options
  }

  /** Waits until the controller listens. Throws `controllerSilent`. */
  async open(signal: AbortSignal | undefined): Promise<void> {
    const { node, clock, waitS } = this.options
    const opened = node.publisher(this.type, this.topic, COMMAND_QOS)
    this.publisher = opened
    await waitUntil(() => opened.numMatched > 0, {
      clock,
      timeoutS: waitS,
      signal,
      failure: () => nobodyListens(node.resolve(this.topic)),
    })
  }

  /** Publishes a message that is made when somebody listens. Throws `controllerSilent`. */
  send(create: () => MessageTypes[N]): void {
    const { publisher } = this
    if (publisher === undefined || publisher.numMatched === 0) {
      throw nobodyListens(this.options.node.resolve(this.topic))
    }
    publisher.publish(create())
  }

  close(): void {
    this.publisher?.close()
  }
}

function nobodyListens(topic: string): Error {
  return controllerSilent(
    `nobody listens to ${topic}`,
    'is the controller active? ros2 control list_controllers; else change ros.command.controller',
  )
}
