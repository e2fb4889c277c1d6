import foxglove from '@foxglove/ws-protocol'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { endPrograms, expectFailure, start, until } from './sim2arm-process.ts'

const DEMO = ['demo', '--policy', 'scripted', '--headless', '--reality', 'nominal', '--json']

afterEach(endPrograms)

describe.skipIf(process.platform === 'win32')('a run in Foxglove', () => {
  it('shows the live run, and its stop button ends it', async () => {
    const program = start([...DEMO, '--foxglove', '127.0.0.1:0'])
    const { url } = (await program.event('foxglove')) as unknown as { url: string }
    const client = new foxglove.FoxgloveClient({
      ws: new WebSocket(url, ['foxglove.websocket.v1']) as never,
    })
    client.on('error', () => {})
    const wanted = ['/joint_states', '/object/pose', '/goal/pose', '/robot_description']
    const topics = new Map<number, string>()
    const seen = new Map<string, number>()
    client.on('advertise', (channels) => {
      for (const { id, topic } of channels) {
        if (wanted.includes(topic)) topics.set(client.subscribe(id), topic)
      }
    })
    client.on('message', ({ subscriptionId, data }) => {
      seen.set(topics.get(subscriptionId)!, data.byteLength)
    })
    await program.event('started')
    await until(() => wanted.every((topic) => seen.has(topic)), 'all topics have come')

    // Six joints of names, position, velocity and load take more than 200 bytes in CDR.
    expect(seen.get('/joint_states')).toBeGreaterThan(200)
    const channel = client.advertise({
      topic: '/emergency_stop',
      encoding: 'json',
      schemaName: 'std_msgs/msg/Bool',
    })
    client.sendMessage(channel, new TextEncoder().encode('{"data":true}'))
    await expectFailure(program, 4, 'ROBOT_SAFETY_STOP')
    client.close()
  })

  it('says that its port is taken', async () => {
    const program = start([...DEMO, '--foxglove', '127.0.0.1:0'])
    const { url } = (await program.event('foxglove')) as unknown as { url: string }
    const place = url.replace('ws://', '')
    await expectFailure(start([...DEMO, '--foxglove', place]), 3, 'BRIDGE_PORT_BUSY')
  })
})
