import { describe, expect, it } from 'vitest'
import { MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'

describe('TopicGraph', () => {
  it('delivers to every subscriber of the topic before publish returns', () => {
    const graph = new TopicGraph()
    const seen: string[] = []
    graph.subscribe('/stop', MESSAGE_TYPE.bool, ({ data }) => seen.push(`a ${data}`))
    graph.subscribe('/stop', MESSAGE_TYPE.bool, ({ data }) => seen.push(`b ${data}`))
    graph.subscribe('/other', MESSAGE_TYPE.bool, () => seen.push('other'))
    graph.publish('/stop', MESSAGE_TYPE.bool, { data: true })
    expect(seen).toEqual(['a true', 'b true'])
  })

  it('ends one subscription and leaves the others', () => {
    const graph = new TopicGraph()
    const seen: string[] = []
    const first = graph.subscribe('/reset', MESSAGE_TYPE.empty, () => seen.push('first'))
    graph.subscribe('/reset', MESSAGE_TYPE.empty, () => seen.push('second'))
    first.close()
    first.close()
    graph.publish('/reset', MESSAGE_TYPE.empty, {})
    expect(seen).toEqual(['second'])
  })

  it('gives late subscribers the newest message of latched topics only', () => {
    const graph = new TopicGraph({ latched: ['/held'] })
    for (const topic of ['/held', '/passing']) {
      graph.publish(topic, MESSAGE_TYPE.bool, { data: false })
      graph.publish(topic, MESSAGE_TYPE.bool, { data: true })
    }
    const seen: unknown[] = []
    graph.subscribe('/held', MESSAGE_TYPE.bool, (message) => seen.push(message))
    graph.subscribe('/passing', MESSAGE_TYPE.bool, (message) => seen.push(message))
    expect(seen).toEqual([{ data: true }])
  })

  it('holds a topic to one type', () => {
    const graph = new TopicGraph()
    graph.publish('/stop', MESSAGE_TYPE.bool, { data: true })
    expect(() => graph.subscribe('/stop', MESSAGE_TYPE.empty, () => undefined)).toThrow(
      '/stop carries std_msgs/msg/Bool, not std_msgs/msg/Empty',
    )
    expect(graph.topics()).toEqual([{ name: '/stop', type: 'std_msgs/msg/Bool' }])
  })
})
