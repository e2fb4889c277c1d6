import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Frame } from '../../../bridge/viewer/frames.ts'
import { type LiveClient, LiveClients, MAX_CLIENTS } from '../../../bridge/viewer/live-clients.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createFakeRun, fakeScene } from './fake-feed.ts'

const arm = loadArmDescription('so101')

class FakeClient implements LiveClient {
  bufferedAmount = 0
  isTerminated = false
  readonly frames: Frame[] = []

  send(text: string): void {
    this.frames.push(JSON.parse(text) as Frame)
  }

  terminate(): void {
    this.isTerminated = true
  }

  get kinds(): string[] {
    return this.frames.map(({ kind }) => kind)
  }
}

function joined(clients: LiveClients): FakeClient {
  const client = new FakeClient()
  clients.add(client)
  client.frames.length = 0
  return client
}

describe('LiveClients', () => {
  const run = createFakeRun(arm)
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('greets whoever joins late with scene, counts, status and the newest state', () => {
    const clients = new LiveClients(fakeScene(arm))
    clients.publishEpisode(run.episode(0), { episodes: 1, successes: 1 })
    clients.publishStatus('parking')
    clients.publishState(run.stateAt(0))
    const late = new FakeClient()
    clients.add(late)
    expect(late.kinds).toEqual(['scene', 'history', 'status', 'state'])
    expect(late.frames[1]).toMatchObject({ counts: { episodes: 1, successes: 1 } })
  })

  it('sends at most 30 states a second, the newest last', () => {
    const clients = new LiveClients(fakeScene(arm))
    const client = joined(clients)
    for (let i = 0; i < 500; i++) {
      clients.publishState(run.stateAt(8 + i * 0.002))
      vi.advanceTimersByTime(2)
    }
    vi.advanceTimersByTime(100)
    expect(client.frames.length).toBeGreaterThan(25)
    expect(client.frames.length).toBeLessThanOrEqual(31)
    expect(client.frames.at(-1)).toMatchObject({ timeS: 8 + 499 * 0.002 })
  })

  it('leaves states out for a client that is behind, but not results, and not for others', () => {
    const clients = new LiveClients(fakeScene(arm))
    const slow = joined(clients)
    const quick = joined(clients)
    slow.bufferedAmount = 100_000
    clients.publishState(run.stateAt(20))
    clients.publishEpisode(run.episode(0), { episodes: 1, successes: 0 })
    expect(slow.kinds).toEqual(['episode'])
    expect(quick.kinds).toEqual(['state', 'episode'])
  })

  it('drops a client that takes nothing any more instead of buffering for it', () => {
    const clients = new LiveClients(fakeScene(arm))
    const dead = joined(clients)
    dead.bufferedAmount = 2_000_000
    clients.publishStatus('still here?')
    expect(dead.isTerminated).toBe(true)
    expect(clients.size).toBe(0)
  })

  it('takes a limited number of clients', () => {
    const clients = new LiveClients(fakeScene(arm))
    for (let i = 0; i < MAX_CLIENTS; i++) expect(clients.add(new FakeClient())).toBe(true)
    expect(clients.add(new FakeClient())).toBe(false)
  })

  it('says null for an object that was never seen', () => {
    const clients = new LiveClients(fakeScene(arm))
    const client = joined(clients)
    const state = run.stateAt(40)
    clients.publishState({ ...state, object: { ...state.object, ageS: Number.POSITIVE_INFINITY } })
    expect(client.frames[0]).toMatchObject({ object: { ageS: null } })
  })
})
