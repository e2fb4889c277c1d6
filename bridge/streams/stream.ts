import type { Message, MessageType } from './messages.ts'

export interface Subscription {
  /** Safe to call twice. */
  close(): void
}

/**
 * Topics with ROS messages, in this process (`TopicGraph`) or over a wire (`RosbridgeClient`): what a
 * deployment, a twin and a recording share.
 */
export interface Stream {
  /** Never waits and never throws for a receiver's sake: what cannot be sent now is dropped and counted. */
  publish<T extends MessageType>(topic: string, type: T, message: Message<T>): void
  /** Calls `onMessage` with each message that is a valid `type`, in order of arrival. */
  subscribe<T extends MessageType>(
    topic: string,
    type: T,
    onMessage: (message: Message<T>) => void,
  ): Subscription
}
