import { CodedError } from '../../configs/load/coded-error.ts'

/** A topic of a server on the network. */
interface NetworkTopic {
  readonly host: string
  readonly port: number
  readonly topic: string
  /** `ws://host:port`, with the token behind it where there is one */
  readonly url: string
}

/** Where a sensor's messages come from. */
export type SensorUri =
  | { readonly kind: 'sim' }
  | ({ readonly kind: 'rosbridge' } & NetworkTopic)
  | ({ readonly kind: 'foxglove' } & NetworkTopic)
  | { readonly kind: 'ros'; readonly topic: string }
  | { readonly kind: 'replay'; readonly file: string; readonly topic: string }
  /** The page that sends what a browser's camera sees. */
  | { readonly kind: 'camera'; readonly host: string; readonly port: number }

const DEFAULT_PORTS = { rosbridge: 9090, foxglove: 8765, camera: 8081 } as const
const FORMS =
  'sim:, ros:/topic, rosbridge://host:port/topic, foxglove://host:port/topic, replay:FILE.mcap/topic, camera:'

/** Throws ROBOT_SENSOR_INVALID. */
export function parseSensorUri(uri: string): SensorUri {
  if (uri === 'sim:') return { kind: 'sim' }
  if (uri.startsWith('ros:')) return parseRos(uri)
  if (uri.startsWith('replay:')) return parseReplay(uri)
  if (uri.startsWith('camera:')) return parseCamera(uri)
  return parseNetwork(uri)
}

function parseNetwork(uri: string): SensorUri {
  // A host and an optional port as in a URL (IPv6 in brackets), then the topic, then an optional token.
  const match =
    /^(rosbridge|foxglove):\/\/(\[[0-9a-fA-F:.]+\]|[^/:[\]@\s?#]+)(?::(\d+))?(\/[^\s?#]+)(\?token=[^\s#&]+)?$/.exec(
      uri,
    )
  const [, kind, host, portText, topic, query = ''] = match ?? []
  if (kind !== 'rosbridge' && kind !== 'foxglove') throw invalid(uri)
  const port = portText === undefined ? DEFAULT_PORTS[kind] : Number(portText)
  if (host === undefined || topic === undefined || !isPort(port)) throw invalid(uri)
  const url = `ws://${host}:${port}${query === '' ? '' : `/${query}`}`
  if (!URL.canParse(url)) throw invalid(uri)
  return { kind, host, port, topic, url }
}

function parseRos(uri: string): SensorUri {
  const [, topic] = /^ros:(\/[A-Za-z_][\w/]*)$/.exec(uri) ?? []
  if (topic === undefined) throw invalid(uri)
  return { kind: 'ros', topic }
}

function parseCamera(uri: string): SensorUri {
  const match = /^camera:(?:(\[[0-9a-fA-F:.]+\]|[^/:[\]@\s]+):(\d+))?$/.exec(uri)
  if (match === null) throw invalid(uri)
  const [, host = '127.0.0.1', portText = DEFAULT_PORTS.camera] = match
  const port = Number(portText)
  if (!isPort(port)) throw invalid(uri)
  return { kind: 'camera', host: host.replace(/^\[|\]$/g, ''), port }
}

const isPort = (port: number): boolean => port >= 1 && port <= 65535

function parseReplay(uri: string): SensorUri {
  const [, file, topic] = /^replay:(.+?\.mcap)(\/.+)$/.exec(uri) ?? []
  if (file === undefined || topic === undefined) throw invalid(uri)
  return { kind: 'replay', file, topic }
}

function invalid(uri: string): CodedError {
  return new CodedError('ROBOT_SENSOR_INVALID', `expected a sensor address, found "${uri}"`, {
    hint: `one of ${FORMS}`,
  })
}
