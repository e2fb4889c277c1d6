/** As much of roslib as the tests use. Its own types name files without extensions, which Node does not take. */

export interface RosConnection {
  connect(url: string): Promise<void>
  close(): void
  on(name: string, listener: (event: unknown) => void): void
  once(name: string, listener: (event: unknown) => void): void
  getTopics(done: (result: unknown) => void): void
  getTopicType(topic: string, done: (type: unknown) => void): void
  setStatusLevel(level: string, id: string): void
  authenticate(
    ...fields: [
      mac: string,
      client: string,
      dest: string,
      rand: string,
      t: number,
      level: string,
      end: number,
    ]
  ): void
}

export interface Topic {
  subscribe(listener: (message: unknown) => void): void
  unsubscribe(): void
  publish(message: unknown): void
  unadvertise(): void
}

export interface Service {
  callService(
    args: unknown,
    done: (values: unknown) => void,
    failed: (reason: unknown) => void,
  ): void
  advertiseAsync(handler: (request: unknown) => Promise<unknown>): Promise<void>
  unadvertise(): Promise<void>
}

interface TopicOptions {
  readonly ros: RosConnection
  readonly name: string
  readonly messageType: string
  readonly compression?: string
  readonly reconnect_on_close?: boolean
}

interface Roslib {
  readonly Ros: new () => RosConnection
  readonly Topic: new (options: TopicOptions) => Topic
  readonly Service: new (options: {
    ros: RosConnection
    name: string
    serviceType: string
  }) => Service
}

export const roslib = (await import('roslib')) as unknown as Roslib
