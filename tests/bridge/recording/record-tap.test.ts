import { McapStreamReader } from '@mcap/core'
import { describe, expect, it } from 'vitest'
import { encodeRecording } from '../../../bridge/recording/encode-recording.ts'
import { createRecordTap } from '../../../bridge/recording/record-tap.ts'
import { rosType } from '../../../bridge/recording/ros-types.ts'
import type { RosPose } from '../../../bridge/recording/ros-values.ts'
import type { RecordedMessage } from '../../../bridge/recording/topics.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { createMeasurement, type ObjectMeasurement } from '../../../robot/io/observation.ts'
import { EPOCH_S, recordLoop } from './record-loop.ts'

const ofTopic = (messages: readonly RecordedMessage[], topic: string) =>
  messages.filter((message) => message.topic === topic)

describe('what is recorded of a loop', () => {
  it('is every cycle and every policy step, at its time', async () => {
    const messages = await recordLoop()
    const count = (topic: string) => ofTopic(messages, topic).length
    expect(count('/joint_states')).toBeGreaterThan(150)
    expect(count('/joint_commands')).toBe(count('/joint_states'))
    expect(count('/joint_targets')).toBe(count('/joint_states'))
    // Set-points at 100 Hz, the policy at 25 Hz, a camera at 30 Hz whose newest pose each step takes.
    expect(count('/joint_states') / count('/policy/action')).toBeCloseTo(4, 0)
    expect(count('/object/pose')).toBeGreaterThan(40)
    expect(count('/goal/pose')).toBe(1)
    for (const [k, { epochS }] of messages.entries()) {
      expect(epochS).toBeGreaterThanOrEqual(messages[Math.max(0, k - 1)]!.epochS)
    }
    expect(messages.at(-1)!.epochS).toBeCloseTo(EPOCH_S + 2, 0)
  })

  it('is copied: what the loop does later does not change it', async () => {
    const messages = await recordLoop()
    const pan = ofTopic(messages, '/joint_commands').map(
      ({ message }) => (message as { position: Float64Array }).position[0],
    )
    expect(new Set(pan).size).toBeGreaterThan(20)
  })

  it('is what was asked for beside what safety made of it, and how long each stage took', () => {
    const messages: RecordedMessage[] = []
    const tap = createRecordTap({
      ...{ sinks: [{ write: (batch) => void messages.push(...batch) }], epochOffsetS: EPOCH_S },
      ...{ jointNames: ['pan', 'lift'], frame: 'base' },
    })
    const [wanted, command] = [Float64Array.of(0.5, 0.2), Float64Array.of(0.1, 0.2)]
    tap.cycle!({
      ...{ timeS: 3, rule: 'jointMotion', isInHand: false, latenessS: 0, wanted, command },
      reading: createReading(2),
      stagesS: Float64Array.of(0.004, 0.5e-3, 0.25e-3, 0.125e-3),
    })
    wanted.fill(9)
    const told = (topic: string) => ofTopic(messages, topic)[0]!.message
    expect(told('/joint_targets')).toMatchObject({
      name: ['pan', 'lift'],
      position: Float64Array.of(0.5, 0.2),
    })
    expect(told('/joint_commands')).toMatchObject({ name: ['pan', 'lift'], position: command })
    expect(told('/safety/rule')).toEqual({ data: 'jointMotion' })
    expect(told('/loop/stages')).toMatchObject({
      layout: { dim: [{ label: 'read_s,decide_s,send_s,show_s', size: 4 }] },
      data: Float32Array.of(0.004, 0.5e-3, 0.25e-3, 0.125e-3),
    })
  })

  it('is every object that was seen, where there are several', () => {
    const messages: RecordedMessage[] = []
    const tap = createRecordTap({
      ...{ sinks: [{ write: (batch) => void messages.push(...batch) }], epochOffsetS: EPOCH_S },
      ...{ jointNames: ['pan'], frame: 'base' },
    })
    const seen = { xM: 0.2, yM: 0.1, zM: 0.02, yawRad: 0, ageS: 0.06, isFresh: true }
    const step = (timeS: number, ...objects: ObjectMeasurement[]) => {
      messages.length = 0
      const none = new Float64Array(3)
      tap.policyStep({
        ...{ timeS, objects, goal: none, measuredQ: none, command: none, rule: '' },
        ...{ tip: none, commandedTip: none, observation: new Float32Array(1) },
        ...{ action: new Float32Array(1), state: new Float32Array(1) },
      })
      return ofTopic(messages, '/object/poses').map(
        ({ message }) => (message as { poses: RosPose[] }).poses,
      )
    }
    const unseen = { ...createMeasurement(), ageS: Number.POSITIVE_INFINITY }
    const [poses] = step(1, seen, unseen)
    expect(poses!.map(({ position }) => position)).toEqual([
      { x: 0.2, y: 0.1, z: 0.02 },
      { x: Number.NaN, y: Number.NaN, z: Number.NaN },
    ])
    expect(ofTopic(messages, '/object/pose')).toHaveLength(1)
    const old = { ...seen, isFresh: false }
    // The other one alone is new.
    const [later] = step(2, old, { ...seen, xM: 0.3, ageS: 0.03 })
    expect(later!.map(({ position }) => position.x)).toEqual([0.2, 0.3])
    expect(ofTopic(messages, '/object/poses')[0]!.message).toMatchObject({
      header: { stamp: { sec: EPOCH_S + 1, nanosec: expect.closeTo(0.97e9, -4) } },
    })
    expect(step(3, old, old)).toEqual([])
    expect(step(4, seen)).toEqual([])
  })

  it('comes back from the file as it was', async () => {
    const messages = await recordLoop()
    const bytes = await encodeRecording('test', messages, { arm: 'so101' })
    const reader = new McapStreamReader()
    reader.append(bytes)
    const topics = new Map<number, string>()
    const positions: number[][] = []
    let profile = ''
    for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
      if (record.type === 'Header') profile = record.profile
      if (record.type === 'Channel') topics.set(record.id, record.topic)
      if (record.type !== 'Message' || topics.get(record.channelId) !== '/joint_states') continue
      const state = rosType('sensor_msgs/JointState').decode(record.data)
      positions.push([...(state as { position: Float64Array }).position])
    }
    expect(profile).toBe('ros2')
    expect(positions).toEqual(
      ofTopic(messages, '/joint_states').map(({ message }) => [
        ...(message as { position: Float64Array }).position,
      ]),
    )
  })
})
