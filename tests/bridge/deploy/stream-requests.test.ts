import { describe, expect, it } from 'vitest'
import { StreamRequests } from '../../../bridge/deploy/stream-sources.ts'
import { MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'

describe('requests from a stream', () => {
  it('report each reset once', () => {
    const graph = new TopicGraph()
    const requests = new StreamRequests(graph, () => 0)
    expect(requests.takeReset()).toBe(false)
    graph.publish('/reset', MESSAGE_TYPE.empty, {})
    graph.publish('/reset', MESSAGE_TYPE.empty, {})
    expect(requests.takeReset()).toBe(true)
    expect(requests.takeReset()).toBe(false)
  })

  it('latch the emergency stop', () => {
    const graph = new TopicGraph()
    const requests = new StreamRequests(graph, () => 0)
    graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: false })
    expect(requests.isStopped).toBe(false)
    graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: true })
    graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: false })
    expect(requests.isStopped).toBe(true)
  })

  it('take silence for a stop where a heartbeat is asked for, and stay stopped', () => {
    const graph = new TopicGraph()
    let nowS = 10
    const requests = new StreamRequests(graph, () => nowS, 0.5)
    const beat = () => graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: false })
    nowS = 10.4
    beat()
    nowS = 10.8
    expect(requests.isStopped).toBe(false)
    nowS = 11
    expect(requests.isStopped).toBe(true)
    beat()
    expect(requests.isStopped).toBe(true)
  })

  it('want each stop topic to go on, whatever others say', () => {
    const graph = new TopicGraph()
    let nowS = 10
    const requests = new StreamRequests(graph, () => nowS, 0.5)
    requests.listenForStop(graph, '/estop')
    const beat = (topic: string) => graph.publish(topic, MESSAGE_TYPE.bool, { data: false })
    for (; nowS < 12; nowS += 0.25) {
      beat('/estop')
      // The other one is nobody's until somebody speaks there.
      if (nowS >= 11) beat('/emergency_stop')
      expect(requests.isStopped).toBe(false)
    }
    for (; nowS < 12.75; nowS += 0.25) beat('/emergency_stop')
    expect(requests.isStopped).toBe(true)
  })

  it('wait for the heartbeat of a stop topic that was named', () => {
    const graph = new TopicGraph()
    let nowS = 10
    const requests = new StreamRequests(graph, () => nowS, 0.5)
    requests.listenForStop(graph, '/estop')
    for (; nowS < 10.75; nowS += 0.25) {
      graph.publish('/emergency_stop', MESSAGE_TYPE.bool, { data: false })
    }
    expect(requests.isStopped).toBe(true)
  })
})
