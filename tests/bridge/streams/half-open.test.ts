import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startRosbridgeServer, TopicGraph } from '../../../bridge/streams/index.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

/** Turns of the event loop in which an answer crosses this machine's loopback. */
const TURNS = 50

describe('a client whose machine went away without a good-bye', () => {
  it('is let go of, and one that only answers pings is kept', async () => {
    const clock = new VirtualClock()
    const server = await startRosbridgeServer({ graph: new TopicGraph(), clock })
    const silent = new WebSocket(server.url, { autoPong: false })
    const quiet = new WebSocket(server.url)
    await Promise.all([once(silent, 'open'), once(quiet, 'open')])
    expect(server.numClients).toBe(2)
    const gone = once(silent, 'close')
    for (let timeS = 3.5; timeS < 25; timeS += 3) {
      const asked = once(quiet, 'ping')
      await clock.advanceTo(timeS)
      await asked
      for (let turn = 0; turn < TURNS; turn++) await setImmediate()
    }
    await gone
    expect(quiet.readyState).toBe(WebSocket.OPEN)
    expect(server.numClients).toBe(1)
    quiet.terminate()
    await server.close()
  })
})
