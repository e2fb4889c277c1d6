import { CodedError } from '../../configs/load/coded-error.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { ClockOffset } from '../../robot/sensors/clock-offset.ts'
import { readRecording } from '../recording/read-recording.node.ts'
import { type Stamp, secondsOf } from '../recording/ros-values.ts'
import { accessToken } from '../streams/access-token.ts'
import { awaitSight } from '../streams/camera/await-sight.ts'
import type { CameraSettings } from '../streams/camera/camera-settings.ts'
import { startCameraStream } from '../streams/camera/camera-stream.node.ts'
import { startClockExchange } from '../streams/clock-exchange.ts'
import { FoxgloveClient } from '../streams/foxglove/client.ts'
import { ReplayStream } from '../streams/replay-stream.ts'
import { RosbridgeClient } from '../streams/rosbridge/client.ts'
import { GET_TIME } from '../streams/rosbridge/rosapi.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import { withoutToken } from '../streams/socket-line.ts'
import type { Stream, Subscription } from '../streams/stream.ts'
import type { SimulatedArm } from './simulated-arm.ts'

/** Where messages of sensors come from. */
export interface SensorStream {
  readonly stream: Pick<Stream, 'subscribe'>
  readonly topic: string
  /** The clock of the sender against ours, where it tells its time. */
  readonly offset?: ClockOffset
  /** The clock of the sender, where it is known [s]. */
  readonly epochNow?: () => number
  /** What came there and could not be used, in words; undefined: nothing. */
  readonly trouble?: () => string | undefined
}

type Uri<Kind extends SensorUri['kind']> = Extract<SensorUri, { kind: Kind }>

export interface SensorStreamsOptions {
  readonly clock: EventClock
  /** Seconds since 1970. */
  readonly epochNow: () => number
  /** Topics of ROS 2, for a process that is a node there; its owner closes it. */
  readonly ros?: Pick<Stream, 'subscribe'>
  /** Topics of an arm that is emulated in this process. */
  readonly sim?: Pick<SimulatedArm, 'stream' | 'epochNow'>
  /** What a camera page looks for. */
  readonly camera: CameraSettings
  /** Told where the camera page is. */
  readonly onCamera?: (url: string) => void
}

interface Connection {
  readonly stream: Pick<Stream, 'subscribe'> & { readonly trouble?: string | undefined }
  readonly offset?: ClockOffset
  readonly epochNow?: () => number
  ready(timeoutS: number, signal: AbortSignal): Promise<void>
  close(): void
}

/** Beside its own topic, what a replayed sensor may need. */
const REPLAYED = ['/object/pose', '/goal/pose', '/tf', '/tf_static'] as const

/** The streams of a deployment's sensors, one connection to each server. */
export class SensorStreams {
  private readonly options: SensorStreamsOptions
  private readonly connections = new Map<string, Connection>()

  constructor(options: SensorStreamsOptions) {
    this.options = options
  }

  /**
   * @param usual - topic of such a sensor where the address names none: of a camera page, and of `sim:`
   * @throws ROBOT_SENSOR_INVALID, BRIDGE_OPTION_MISSING and BRIDGE_RECORDING_INVALID
   */
  async open(uri: SensorUri, usual: string): Promise<SensorStream> {
    const key = 'url' in uri ? uri.url : JSON.stringify(uri)
    const connection = this.connections.get(key) ?? (await this.connect(uri))
    this.connections.set(key, connection)
    const { epochNow, offset, stream } = connection
    const topic = 'topic' in uri ? uri.topic : usual
    const trouble = () => stream.trouble
    return { stream, topic, trouble, ...(offset && { offset }), ...(epochNow && { epochNow }) }
  }

  /**
   * Resolves when all are connected, and a camera page has seen the object. Throws BRIDGE_CONNECTION_LOST after
   * `timeoutS`, ROBOT_SENSOR_LOST where the page has not, `signal`'s reason on abort.
   */
  async ready(timeoutS: number, signal: AbortSignal): Promise<void> {
    for (const connection of this.connections.values()) await connection.ready(timeoutS, signal)
  }

  close(): void {
    for (const connection of this.connections.values()) connection.close()
    this.connections.clear()
  }

  private async connect(uri: SensorUri): Promise<Connection> {
    switch (uri.kind) {
      case 'rosbridge':
        return this.connectRosbridge(uri)
      case 'foxglove':
        return foxgloveConnection(new FoxgloveClient({ url: uri.url, clock: this.options.clock }))
      case 'replay':
        return this.replay(uri)
      case 'ros':
        return this.connectRos(uri)
      case 'camera':
        return this.openCamera(uri)
      case 'sim':
        return this.connectSim()
    }
  }

  private connectRosbridge({ url }: Uri<'rosbridge'>): Connection {
    const { clock, epochNow } = this.options
    const client = new RosbridgeClient({ url, clock })
    const offset = new ClockOffset()
    let exchange: Subscription | undefined
    return {
      stream: client,
      offset,
      async ready(timeoutS, signal) {
        await client.ready(timeoutS, signal)
        exchange ??= startClockExchange({
          ...{ clock, epochNow, offset },
          ask: async (wait) => timeOf(await client.callService(GET_TIME, {}, wait)),
        })
      },
      close() {
        exchange?.close()
        client.close()
      },
    }
  }

  private replay({ file, topic }: Uri<'replay'>): Connection {
    const { clock, epochNow } = this.options
    const { messages } = readRecording(file, [...new Set([topic, ...REPLAYED])])
    if (!messages.some((each) => each.topic === topic)) {
      throw new CodedError('BRIDGE_RECORDING_INVALID', `${file} has no messages of ${topic}`, {
        hint: 'sim2arm view shows what a recording holds',
      })
    }
    const stream = new ReplayStream(messages, clock, epochNow)
    return { stream, ready: async () => {}, close: () => stream.close() }
  }

  private async openCamera({ host, port }: Uri<'camera'>): Promise<Connection> {
    const { camera: settings, clock, onCamera } = this.options
    const token = accessToken(host, undefined)
    const camera = await startCameraStream({ host, port, settings, ...(token && { token }) })
    const seen = awaitSight({ clock, stream: camera.stream, url: withoutToken(camera.url) })
    onCamera?.(camera.url)
    return {
      stream: camera.stream,
      ready: (_timeoutS, signal) => seen(signal),
      close: () => camera.close(),
    }
  }

  private connectSim(): Connection {
    const { sim } = this.options
    if (sim === undefined) {
      throw new CodedError('ROBOT_SENSOR_INVALID', 'sim: is a sensor of the simulated arm', {
        hint: 'with --driver sim; an arm that is there is seen by rosbridge://host:port/topic, say',
      })
    }
    const { stream } = sim
    return { stream, epochNow: () => sim.epochNow(), ready: async () => {}, close() {} }
  }

  private connectRos({ topic }: Uri<'ros'>): Connection {
    const { ros: stream } = this.options
    if (stream === undefined) {
      throw new CodedError('BRIDGE_OPTION_MISSING', `ros:${topic} needs a node of ROS 2`, {
        hint: 'sim2arm deploy with --ros or --driver ros is one; elsewhere use rosbridge://host:port/topic',
      })
    }
    return { stream, ready: async () => {}, close() {} }
  }
}

function foxgloveConnection(client: FoxgloveClient): Connection {
  return {
    stream: client,
    ready: (timeoutS, signal) => client.ready(timeoutS, signal),
    close: () => client.close(),
  }
}

/** Of rosapi's GetTime: `{ time: { sec, nanosec } }`, in ROS 1 `{ secs, nsecs }`. */
function timeOf(values: unknown): number {
  const { time } = values as { time: Stamp & { secs?: number; nsecs?: number } }
  return secondsOf({ sec: time.sec ?? time.secs, nanosec: time.nanosec ?? time.nsecs })
}
