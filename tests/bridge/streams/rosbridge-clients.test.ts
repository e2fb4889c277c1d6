import { describe, expect, it } from 'vitest'
import { MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import { server } from './rosbridge-setup.ts'

describe('rosbridge clients beside each other', () => {
  it('answer calls of each other’s services', () => {
    const { join } = server()
    const [host, guest] = [join(), join()]
    host.receive({ op: 'advertise_service', service: '/double', type: 'a/Double' })
    guest.receive({ op: 'call_service', id: 'c', service: '/double', args: { x: 2 } })
    const [call] = host.sent as { id: string }[]
    expect(call).toMatchObject({ op: 'call_service', service: '/double', args: { x: 2 } })
    host.receive({
      op: 'service_response',
      id: call!.id,
      service: '/double',
      values: { x: 4 },
      result: true,
    })
    expect(guest.sent).toEqual([
      { op: 'service_response', id: 'c', service: '/double', values: { x: 4 }, result: true },
    ])
  })

  it('hear that a service gives no answer, and that it went away', async () => {
    const { clock, join } = server()
    const [host, guest] = [join(), join()]
    host.receive({ op: 'advertise_service', service: '/late' })
    guest.receive({ op: 'call_service', id: '1', service: '/late', timeout: 0.5 })
    await clock.run(() => clock.sleepUntil(0.6))
    expect(guest.sent[0]).toMatchObject({
      id: '1',
      result: false,
      values: expect.stringContaining('0.5 s'),
    })
    guest.receive({ op: 'call_service', id: '2', service: '/late' })
    host.made.close()
    expect(guest.sent[1]).toMatchObject({ id: '2', result: false })
    guest.receive({ op: 'call_service', id: '3', service: '/late' })
    expect(guest.sent[2]).toMatchObject({
      id: '3',
      values: expect.stringContaining('does not exist'),
    })
  })

  it('may all set the stop, and none may clear it', () => {
    const { graph, join } = server()
    const stops: unknown[] = []
    graph.subscribe('/emergency_stop', MESSAGE_TYPE.bool, ({ data }) => stops.push(data))
    const [one, other] = [join(), join()]
    const stop = (data: boolean) => ({ op: 'publish', topic: '/emergency_stop', msg: { data } })
    one.receive(stop(true))
    other.receive(stop(true))
    one.receive(stop(false))
    expect(stops).toEqual([true, true])
    expect(one.sent).toEqual([expect.objectContaining({ op: 'status', level: 'error' })])
  })

  it('steer one at a time: who steers keeps the lease until it leaves or falls silent for 5 s', async () => {
    const { clock, graph, join } = server()
    let numSeen = 0
    graph.subscribe('/goal', MESSAGE_TYPE.empty, () => numSeen++)
    const [one, other] = [join(), join()]
    const goal = { op: 'publish', topic: '/goal', msg: {} }
    one.receive(goal)
    other.receive(goal)
    expect([numSeen, other.sent.length]).toEqual([1, 1])
    await clock.run(() => clock.sleepUntil(5.1))
    other.receive(goal)
    one.receive(goal)
    expect([numSeen, one.sent.length]).toEqual([2, 1])
    other.made.close()
    one.receive(goal)
    expect(numSeen).toBe(3)
  })

  it('do not publish what is measured here', () => {
    const { graph, join } = server()
    let numSeen = 0
    graph.subscribe('/pose', MESSAGE_TYPE.empty, () => numSeen++)
    const client = join()
    client.receive({ op: 'publish', topic: '/pose', msg: {} })
    expect([numSeen, client.sent.length]).toEqual([0, 1])
  })

  it('do not fill the memory with topics', () => {
    const { graph, join } = server()
    const client = join()
    for (let k = 0; k < 1500; k++) {
      client.receive({ op: 'advertise', topic: `/topic${k}`, type: 'std_msgs/Empty' })
      client.receive({ op: 'subscribe', topic: `/other${k}` })
    }
    expect(graph.size).toBeLessThanOrEqual(1000)
    client.receive({ op: 'publish', topic: '/topic3', msg: {} })
    expect(client.sent.at(-1)).toMatchObject({ op: 'status', level: 'error' })
  })
})
