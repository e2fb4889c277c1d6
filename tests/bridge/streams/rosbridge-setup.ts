import { ClientRights } from '../../../bridge/streams/client-rights.ts'
import { FrameEncoder } from '../../../bridge/streams/rosbridge/frame-encoder.ts'
import { RosbridgeSession } from '../../../bridge/streams/rosbridge/session.ts'
import { ServiceDirectory } from '../../../bridge/streams/service-directory.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

/** Sessions on virtual time; frames are those of rosbridge's protocol document. */
export function server() {
  const clock = new VirtualClock()
  const graph = new TopicGraph()
  const epochNow = () => 1_700_000_000 + clock.now()
  const shared = {
    graph,
    clock,
    epochNow,
    encoder: new FrameEncoder(epochNow),
    rights: new ClientRights({ clock, control: ['/goal'], readOnly: ['/pose'] }),
    services: new ServiceDirectory(clock, {
      '/sum': (args) => ({ sum: (args as number[]).reduce((a, b) => a + b, 0) }),
      '/fail': () => {
        throw new Error('no luck')
      },
    }),
  }
  const join = () => {
    const sent: Record<string, unknown>[] = []
    const made = new RosbridgeSession({
      ...shared,
      send: (frame) => {
        const text = typeof frame === 'string' ? frame : '{"op":"binary"}'
        return sent.push(JSON.parse(text) as Record<string, unknown>) > 0
      },
    })
    return { made, sent, receive: (frame: unknown) => made.receive(JSON.stringify(frame)) }
  }
  return { clock, graph, join }
}
