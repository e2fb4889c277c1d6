import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Frame, LiveFrame, RunState, SampleScene } from '../../../bridge/viewer/frames.ts'
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

const stateFrame = (state: RunState): LiveFrame => ({ kind: 'state', ...state })

describe('LiveClients', () => {
  const run = createFakeRun(arm)
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('greets whoever joins late with scene, counts, status and the newest state', () => {
    const clients = new LiveClients(fakeScene(arm))
    const counts = { episodes: 1, successes: 1 }
    clients.publish({ kind: 'episode', ...run.episode(0), counts })
    clients.publish({ kind: 'status', text: 'parking' })
    clients.publish(stateFrame(run.stateAt(0)))
    const late = new FakeClient()
    clients.add(late)
    expect(late.kinds).toEqual(['scene', 'history', 'status', 'state'])
    expect(late.frames[1]).toEqual({ kind: 'history', counts, recent: [run.episode(0)] })
  })

  it('sends at most 30 states a second, the newest last', () => {
    const clients = new LiveClients(fakeScene(arm))
    const client = joined(clients)
    for (let i = 0; i < 500; i++) {
      clients.publish(stateFrame(run.stateAt(8 + i * 0.002)))
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
    clients.publish(stateFrame(run.stateAt(20)))
    const counts = { episodes: 1, successes: 0 }
    clients.publish({ kind: 'episode', ...run.episode(0), counts })
    expect(slow.kinds).toEqual(['episode'])
    expect(quick.kinds).toEqual(['state', 'episode'])
  })

  it('drops a client that takes nothing any more instead of buffering for it', () => {
    const clients = new LiveClients(fakeScene(arm))
    const dead = joined(clients)
    dead.bufferedAmount = 2_000_000
    clients.publish({ kind: 'status', text: 'still here?' })
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
    clients.publish(stateFrame({ ...state, objectAgeS: Number.POSITIVE_INFINITY }))
    expect(client.frames[0]).toMatchObject({ objectAgeS: null })
  })

  it('greets with the newest draws of a sample, and never with a state of older ones', () => {
    const { arm: description, joints, source, thresholdM, title } = fakeScene(arm)
    const scene: SampleScene = {
      shows: 'sample',
      title,
      source,
      arm: description,
      joints,
      thresholdM,
      count: 1,
      episodeS: 8,
      parameters: [],
    }
    const clients = new LiveClients(scene)
    const watching = joined(clients)
    clients.publish({ kind: 'draws', episode: 0, worlds: [] })
    clients.publish({ kind: 'worlds', episode: 0, timeS: 0, worlds: [] })
    clients.publish({ kind: 'worlds', episode: 0, timeS: 0.04, worlds: [] })
    clients.publish({ kind: 'draws', episode: 1, worlds: [] })
    vi.advanceTimersByTime(100)
    expect(watching.kinds).toEqual(['draws', 'worlds', 'draws'])
    const late = new FakeClient()
    clients.add(late)
    expect(late.kinds).toEqual(['scene', 'draws'])
    expect(late.frames[1]).toMatchObject({ episode: 1 })
    clients.publish({ kind: 'worlds', episode: 1, timeS: 0, worlds: [] })
    expect(late.kinds).toEqual(['scene', 'draws', 'worlds'])
  })
})
