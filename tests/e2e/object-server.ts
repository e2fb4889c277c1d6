import { MESSAGE_TYPE, poseStamped } from '../../bridge/streams/messages.ts'
import { startRosbridgeServer } from '../../bridge/streams/rosbridge/server.ts'
import { TopicGraph } from '../../bridge/streams/topic-graph.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'

const PERIOD_MS = 50
/** Where it sees it, x, y and z. */
export const OBJECT_M = [0.25, 0.08, 0.02] as const

/** A camera that sees an object which never moves. */
export interface ObjectServer {
  /** host:port */
  readonly address: string
  /** Age of the poses when they are published [s]; change it at any time. */
  lagS: number
  close(): Promise<void>
}

export async function startObjectServer(): Promise<ObjectServer> {
  const graph = new TopicGraph()
  const server = await startRosbridgeServer({ graph, clock: new RealClock() })
  const timer = setInterval(() => {
    const stampS = (performance.timeOrigin + performance.now()) / 1000 - camera.lagS
    const pose = poseStamped(stampS, 'base_link', OBJECT_M)
    graph.publish('/object/pose', MESSAGE_TYPE.poseStamped, pose)
  }, PERIOD_MS)
  const camera: ObjectServer = {
    address: `${server.host}:${server.port}`,
    lagS: 0,
    async close() {
      clearInterval(timer)
      await server.close()
    },
  }
  return camera
}
