import { CodedError } from '../../configs/load/coded-error.ts'

/** Where a sensor's messages come from. */
export type SensorUri =
  | { readonly kind: 'sim' }
  | {
      readonly kind: 'rosbridge'
      readonly host: string
      readonly port: number
      readonly topic: string
      /** `ws://host:port` */
      readonly url: string
    }
  | { readonly kind: 'replay'; readonly file: string; readonly topic: string }

const ROSBRIDGE_PORT = 9090
const FORMS = 'sim:, rosbridge://host:port/topic, replay:FILE.mcap/topic'

/** Throws ROBOT_SENSOR_INVALID. */
export function parseSensorUri(uri: string): SensorUri {
  if (uri === 'sim:') return { kind: 'sim' }
  if (uri.startsWith('rosbridge://')) return parseRosbridge(uri)
  if (uri.startsWith('replay:')) return parseReplay(uri)
  throw invalid(uri)
}

function parseRosbridge(uri: string): SensorUri {
  // A host and an optional port as in a URL (IPv6 in brackets), then the topic.
  const match = /^rosbridge:\/\/(\[[0-9a-fA-F:.]+\]|[^/:[\]@\s]+)(?::(\d+))?(\/[^\s?#]+)$/.exec(uri)
  const [, host, portText, topic] = match ?? []
  const port = portText === undefined ? ROSBRIDGE_PORT : Number(portText)
  if (host === undefined || topic === undefined || port < 1 || port > 65535) throw invalid(uri)
  return { kind: 'rosbridge', host, port, topic, url: `ws://${host}:${port}` }
}

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
