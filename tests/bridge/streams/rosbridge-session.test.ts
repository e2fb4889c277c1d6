import { describe, expect, it } from 'vitest'
import { MESSAGE_TYPE } from '../../../bridge/streams/messages.ts'
import { server } from './rosbridge-setup.ts'

function session() {
  const { clock, graph, join } = server()
  const { made, sent } = join()
  const receive = (frame: unknown) => made.receive(JSON.stringify(frame))
  const publish = (data: boolean) => graph.publish('/flag', MESSAGE_TYPE.bool, { data })
  const wait = (timeS: number) => clock.run(() => clock.sleepUntil(timeS))
  return { made, graph, sent, receive, publish, wait, clock }
}

const flag = (data: boolean) => ({ op: 'publish', topic: '/flag', msg: { data } })

describe('a rosbridge session', () => {
  it('passes a topic on from subscribe to unsubscribe', () => {
    const { receive, publish, sent } = session()
    receive({ op: 'subscribe', id: 'a', topic: '/flag', type: 'std_msgs/Bool' })
    publish(true)
    receive({ op: 'unsubscribe', id: 'a', topic: '/flag' })
    publish(false)
    expect(sent).toEqual([flag(true)])
  })

  it('lets a client subscribe to a topic that does not exist yet, without a type', () => {
    const { receive, publish, sent } = session()
    receive({ op: 'subscribe', topic: '/flag' })
    publish(true)
    expect(sent).toEqual([flag(true)])
  })

  it('ends only the subscription with that id', () => {
    const { receive, publish, sent } = session()
    receive({ op: 'subscribe', id: 'a', topic: '/flag' })
    receive({ op: 'subscribe', id: 'b', topic: '/flag' })
    receive({ op: 'unsubscribe', id: 'a', topic: '/flag' })
    publish(true)
    expect(sent).toHaveLength(1)
  })

  it('takes a message of an advertised topic', () => {
    const { receive, graph, sent } = session()
    const seen: unknown[] = []
    receive({ op: 'advertise', topic: '/flag', type: 'std_msgs/msg/Bool' })
    graph.subscribe('/flag', MESSAGE_TYPE.bool, (message) => seen.push(message))
    receive({ op: 'publish', topic: '/flag', msg: { data: true, extra: 1 } })
    expect(seen).toEqual([{ data: true }])
    expect(sent).toEqual([])
  })

  it.each([
    ['no JSON', '{"op":'],
    ['JSON that is no object', '[1,2]'],
    ['null', 'null'],
    ['an unknown operation', '{"op":"dance","id":"7"}'],
    ['a topic that is no name', '{"op":"subscribe","topic":"a b"}'],
    ['a message of a topic nobody advertised', '{"op":"publish","topic":"/x","msg":{}}'],
    ['a type unknown here', '{"op":"advertise","topic":"/x","type":"std_msgs/Float64"}'],
    [
      'another type than the topic has',
      '{"op":"subscribe","topic":"/known","type":"std_msgs/Bool"}',
    ],
    ['a message of the wrong form', '{"op":"publish","topic":"/flag","msg":{"data":"yes"}}'],
  ])('answers %s with one error status and goes on', (_name, text) => {
    const { made, graph, receive, publish, sent } = session()
    graph.advertise('/known', MESSAGE_TYPE.empty)
    graph.advertise('/flag', MESSAGE_TYPE.bool)
    made.receive(text)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ op: 'status', level: 'error' })
    receive({ op: 'subscribe', topic: '/flag' })
    publish(true)
    expect(sent[1]).toEqual(flag(true))
  })

  it('is silent about errors once asked to be', () => {
    const { made, receive, sent } = session()
    receive({ op: 'set_level', level: 'none' })
    made.receive('nonsense')
    expect(sent).toEqual([])
  })

  it('answers service calls, failed and unknown ones too', () => {
    const { receive, sent } = session()
    receive({ op: 'call_service', id: '1', service: '/sum', args: [1, 2] })
    receive({ op: 'call_service', id: '2', service: '/fail' })
    receive({ op: 'call_service', id: '3', service: 'toString' })
    expect(sent).toEqual([
      { op: 'service_response', id: '1', service: '/sum', values: { sum: 3 }, result: true },
      { op: 'service_response', id: '2', service: '/fail', values: 'no luck', result: false },
      {
        op: 'service_response',
        id: '3',
        service: 'toString',
        values: 'service /toString does not exist',
        result: false,
      },
    ])
  })

  it('drops what comes faster than the throttle rate', async () => {
    const { receive, publish, wait, sent } = session()
    receive({ op: 'subscribe', topic: '/flag', throttle_rate: 100 })
    // At 0, 40, 80, 120 ms: the first and the fourth are 100 ms apart or more.
    for (const timeS of [0, 0.04, 0.08, 0.12]) {
      await wait(timeS)
      publish(timeS === 0.12)
    }
    expect(sent).toEqual([flag(false), flag(true)])
  })

  it('keeps the newest of them when asked for a queue, and sends them one per period', async () => {
    const { receive, publish, wait, sent, clock } = session()
    receive({ op: 'subscribe', topic: '/flag', throttle_rate: 100, queue_length: 2 })
    for (const data of [true, false, false, true]) publish(data)
    expect(sent).toEqual([flag(true)])
    await wait(0.15)
    expect(sent).toEqual([flag(true), flag(false)])
    await wait(0.35)
    expect(clock.now()).toBeCloseTo(0.35)
    expect(sent).toEqual([flag(true), flag(false), flag(true)])
  })

  it('hears nothing after it was closed, not even what was queued', async () => {
    const { made, receive, publish, wait, sent } = session()
    receive({ op: 'subscribe', topic: '/flag', throttle_rate: 100, queue_length: 5 })
    publish(true)
    publish(true)
    made.close()
    publish(true)
    await wait(1)
    expect(sent).toHaveLength(1)
  })

  it('bounds the subscriptions of one client', () => {
    const { receive, sent } = session()
    for (let k = 0; k < 101; k++) receive({ op: 'subscribe', id: k, topic: `/topic${k}` })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ op: 'status', id: 100 })
  })

  it('sends a topic once to a client that subscribed twice, as often as the quicker asked', async () => {
    const { receive, publish, wait, sent } = session()
    receive({ op: 'subscribe', id: 'a', topic: '/flag', throttle_rate: 1000 })
    receive({ op: 'subscribe', id: 'b', topic: '/flag', throttle_rate: 100 })
    for (const timeS of [0, 0.05, 0.11]) {
      await wait(timeS)
      publish(true)
    }
    expect(sent).toEqual([flag(true), flag(true)])
    receive({ op: 'unsubscribe', id: 'b', topic: '/flag' })
    await wait(0.5)
    publish(true)
    expect(sent).toHaveLength(2)
  })

  it('cuts long frames into fragments that give the frame again', () => {
    const { receive, graph, sent } = session()
    receive({ op: 'subscribe', topic: '/text', type: 'std_msgs/String', fragment_size: 100 })
    graph.publish('/text', 'std_msgs/msg/String', { data: 'a'.repeat(250) })
    expect(sent.map(({ op, num, total }) => [op, num, total])).toEqual([
      ['fragment', 0, 3],
      ['fragment', 1, 3],
      ['fragment', 2, 3],
    ])
    const whole = sent.map(({ data }) => data).join('')
    expect(JSON.parse(whole)).toMatchObject({ topic: '/text', msg: { data: 'a'.repeat(250) } })
  })

  it('takes fragments in any order, and forgets what is never completed', () => {
    const { receive, graph, sent } = session()
    const seen: unknown[] = []
    graph.subscribe('/flag', MESSAGE_TYPE.bool, (message) => seen.push(message))
    const text = JSON.stringify(flag(true))
    for (let k = 0; k < 100; k++)
      receive({ op: 'fragment', id: `x${k}`, data: '{', num: 0, total: 2 })
    receive({ op: 'fragment', id: 'f', data: text.slice(9), num: 1, total: 2 })
    receive({ op: 'fragment', id: 'f', data: text.slice(0, 9), num: 0, total: 2 })
    expect(seen).toEqual([{ data: true }])
    receive({ op: 'fragment', id: 'x0', data: '}', num: 1, total: 2 })
    expect(sent).toEqual([])
  })

  it('stamps a pose that comes without a time', () => {
    const { receive, graph } = session()
    const stamps: unknown[] = []
    graph.subscribe('/place', MESSAGE_TYPE.poseStamped, ({ header }) => stamps.push(header))
    const pose = { position: { x: 1, y: 2, z: 3 }, orientation: { x: 0, y: 0, z: 0, w: 1 } }
    receive({ op: 'publish', topic: '/place', msg: { pose } })
    receive({ op: 'publish', topic: '/place', msg: { header: { frame_id: 'base' }, pose } })
    const stamp = { sec: 1_700_000_000, nanosec: 0 }
    expect(stamps).toEqual([
      { stamp, frame_id: '' },
      { stamp, frame_id: 'base' },
    ])
  })

  it('warns who takes back what it never advertised, where warnings are wanted', () => {
    const { receive, sent } = session()
    receive({ op: 'unadvertise', topic: '/flag' })
    receive({ op: 'set_level', level: 'warning' })
    receive({ op: 'unadvertise', topic: '/flag' })
    expect(sent).toEqual([expect.objectContaining({ op: 'status', level: 'warning' })])
  })
})
