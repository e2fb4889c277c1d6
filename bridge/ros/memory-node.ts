import { CodedError } from '../../configs/load/coded-error.ts'
import type {
  ActionHandlers,
  Closable,
  Endpoint,
  ParameterValue,
  RosActionClient,
  RosClient,
  RosNode,
  RosPublisher,
} from './graph.ts'
import type {
  ActionName,
  ActionTypes,
  MessageName,
  MessageTypes,
  ServiceName,
  ServiceTypes,
} from './interfaces.ts'
import type { MemoryDomain } from './memory-graph.ts'
import { parameterMessage } from './parameters.ts'
import type { Qos } from './qos.ts'
import { parametersFor, type RosArgs, remapName } from './ros-args.ts'

/** A node of a domain inside this process. */
export class MemoryNode implements RosNode {
  readonly name: string
  readonly overrides: ReadonlyMap<string, ParameterValue>
  readonly #domain: MemoryDomain
  readonly #args: RosArgs
  readonly #parameters = new Map<string, ParameterValue>()
  readonly #open = new Set<Closable>()

  constructor(domain: MemoryDomain, name: string, args: RosArgs) {
    this.name = name
    this.#domain = domain
    this.#args = args
    this.overrides = parametersFor(args, name)
    this.service('rcl_interfaces/srv/GetParameters', '~/get_parameters', ({ names }) => ({
      values: names.map((each) => parameterMessage(this.#parameters.get(each))),
    }))
  }

  now(): number {
    return this.#domain.now()
  }

  resolve(name: string): string {
    return remapName(this.#args, name, this.name)
  }

  publisher<N extends MessageName>(
    type: N,
    topic: string,
    qos: Qos,
  ): RosPublisher<MessageTypes[N]> {
    return this.#own(this.#domain.topics.advertise(this.resolve(topic), this.#endpoint(type, qos)))
  }

  subscribe<N extends MessageName>(
    type: N,
    topic: string,
    qos: Qos,
    onMessage: (message: MessageTypes[N]) => void,
  ): Closable {
    const endpoint = this.#endpoint(type, qos)
    return this.#own(this.#domain.topics.subscribe(this.resolve(topic), endpoint, onMessage))
  }

  service<N extends ServiceName>(
    type: N,
    name: string,
    answer: (request: ServiceTypes[N]['request']) => ServiceTypes[N]['response'],
  ): Closable {
    return this.#own(this.#domain.services.serve(this.resolve(name), { type, answer }))
  }

  client<N extends ServiceName>(type: N, name: string): RosClient<ServiceTypes[N]> {
    const client = this.#domain.services.client(this.resolve(name), type)
    return this.#own(client as RosClient<ServiceTypes[N]>)
  }

  actionServer<N extends ActionName>(
    type: N,
    name: string,
    handlers: ActionHandlers<ActionTypes[N]>,
  ): Closable {
    const server = { type, handlers: handlers as unknown as ActionHandlers<never> }
    return this.#own(this.#domain.actions.serve(this.resolve(name), server))
  }

  actionClient<N extends ActionName>(type: N, name: string): RosActionClient<ActionTypes[N]> {
    const { actions } = this.#domain
    const full = this.resolve(name)
    const client = {
      get isReady() {
        return actions.isServed(full, type)
      },
      send: (goal: unknown, onFeedback?: (feedback: never) => void) =>
        actions.send(full, type, goal, onFeedback),
      close() {},
    }
    return this.#own(client as unknown as RosActionClient<ActionTypes[N]>)
  }

  declareParameter(name: string, value: ParameterValue): void {
    if (this.#parameters.has(name)) {
      throw new CodedError('BRIDGE_USAGE', `${this.name} has a parameter ${name} already`)
    }
    this.#parameters.set(name, value)
  }

  publishersOf(topic: string): readonly Endpoint[] {
    return this.#domain.topics.publishersOf(this.resolve(topic))
  }

  subscriptionsOf(topic: string): readonly Endpoint[] {
    return this.#domain.topics.subscriptionsOf(this.resolve(topic))
  }

  close(): void {
    for (const each of this.#open) each.close()
    this.#open.clear()
  }

  #endpoint(type: string, qos: Qos): Endpoint {
    return { node: this.name, type, qos }
  }

  #own<T extends Closable>(entity: T): T {
    this.#open.add(entity)
    return entity
  }
}
