import { describe, expect, it } from 'vitest'
import { awaitSight } from '../../../bridge/streams/camera/await-sight.ts'
import { CAMERA_PATIENCE_S, CAMERA_TOPIC } from '../../../bridge/streams/camera/camera-settings.ts'
import { MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'
import { sleepFor } from '../../../robot/model/sleep.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

const never = new AbortController().signal

function setUp() {
  const clock = new VirtualClock()
  const graph = new TopicGraph()
  const ready = awaitSight({ clock, stream: graph, url: 'http://127.0.0.1:8081/' })
  const see = () =>
    graph.publish(CAMERA_TOPIC, MESSAGE_TYPE.poseStamped, poseStamped(1, 'base', [0.2, 0, 0.036]))
  return { clock, ready, see }
}

describe('a camera page that has still to be opened', () => {
  it('is waited for until it sees the object, longer than a server is', async () => {
    const { clock, ready, see } = setUp()
    clock.schedule(40, see)
    await clock.run(() => ready(never))
    expect(clock.now()).toBe(40)
  })

  it('is not waited for where it has seen the object already', async () => {
    const { clock, ready, see } = setUp()
    see()
    await clock.run(async () => {
      await sleepFor(clock, 1)
      await ready(never)
    })
    expect(clock.now()).toBe(1)
  })

  it('is given up after a while, with its address and what may be missing', async () => {
    const { clock, ready } = setUp()
    await expect(clock.run(() => ready(never))).rejects.toMatchObject({
      code: 'ROBOT_SENSOR_LOST',
      message: expect.stringContaining('http://127.0.0.1:8081/'),
      hint: expect.stringMatching(/allow.*sheet.*tag/),
    })
    expect(clock.now()).toBe(CAMERA_PATIENCE_S)
  })

  it('is given up at once on request', async () => {
    const { clock, ready } = setUp()
    const request = new AbortController()
    const reason = new Error('enough')
    clock.schedule(5, () => request.abort(reason))
    await expect(clock.run(() => ready(request.signal))).rejects.toBe(reason)
    expect(clock.now()).toBe(5)
  })
})
