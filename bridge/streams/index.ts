export { type Stamp, secondsOf, stampOf } from '../recording/ros-values.ts'
export { accessToken } from './access-token.ts'
export {
  decodeMessage,
  jointState,
  MESSAGE_TYPE,
  type Message,
  type MessageType,
  messageType,
  poseStamped,
} from './messages.ts'
export { RosbridgeClient, type RosbridgeClientOptions } from './rosbridge/client.ts'
export {
  type RosbridgeServer,
  type RosbridgeServerOptions,
  startRosbridgeServer,
} from './rosbridge/server.ts'
export { parseSensorUri, type SensorUri } from './sensor-uri.ts'
export type { Stream, Subscription } from './stream.ts'
export { TopicGraph } from './topic-graph.ts'
