import { describe, expect, it } from 'vitest'
import { type RosPose, uprightPose } from '../../../bridge/recording/ros-values.ts'
import type { RunScene, RunState } from '../../../bridge/viewer/frames.ts'
import {
  framesOfRecording,
  type RecordingFrame,
  SHOWN_TOPICS,
} from '../../../bridge/viewer/recording-frames.ts'
import { restingScene } from '../../../bridge/viewer/resting-scene.ts'
import { so101 } from '../../sim/push-setup.ts'
import { passing } from '../recording/passing-messages.ts'
import { recordLoop } from '../recording/record-loop.ts'

const scene: RunScene = restingScene(so101)

async function frames() {
  const all = await recordLoop()
  const messages = all.filter(({ topic }) => (SHOWN_TOPICS as readonly string[]).includes(topic))
  const metadata = { scene: JSON.stringify(scene) }
  return framesOfRecording('run.mcap', { metadata, messages, isComplete: true }, asIs)
}

const asIs = (frame: RecordingFrame) => frame

const stateOf = (frame: RecordingFrame): RunState[] => ('state' in frame ? [frame.state] : [])

describe('the frames of a recording', () => {
  it('are states at about the rate of the policy, in order, with what was measured and seen', async () => {
    const { frames: list, durationS, scene: shown } = await frames()
    expect(shown).toEqual(JSON.parse(JSON.stringify(scene)))
    const states = list.flatMap(stateOf)
    expect(states.length / durationS).toBeGreaterThan(20)
    expect(states.length / durationS).toBeLessThan(27)
    for (const [k, { timeS }] of list.entries()) {
      expect(timeS).toBeGreaterThanOrEqual(list[Math.max(0, k - 1)]!.timeS)
    }
    const last = states.at(-1)!
    // The loop's camera sees the object at 0.25, 0, at most 1/30 s ago and a policy step; its goal is 0.3, 0.05.
    expect(last.objects[0]!.position[0]).toBeCloseTo(0.25, 6)
    expect(last.objects[0]!.position[2]).toBeGreaterThan(0.01)
    expect(last.objectAgeS).toBeLessThan(0.1)
    expect(last.goal).toEqual({ x: 0.3, y: 0.05 })
    expect(last.q).toHaveLength(5)
    expect(last.action).toHaveLength(3)
    expect(new Set(states.map(({ q }) => q[0])).size).toBeGreaterThan(10)
  })

  it('tell where safety stepped in, once for as long as a rule is at it', async () => {
    const rules: [number, string][] = [
      [1, 'tableClearance'],
      [1.1, ''],
      // A moment later it is still the same.
      [1.4, 'tableClearance'],
      [1.5, 'toolSpeed'],
      [2.5, 'tableClearance'],
    ]
    const all = (await recordLoop()).filter(({ topic }) => topic !== '/safety/rule')
    const beganS = all[0]!.epochS
    const spoken = rules.map(([timeS, data]) => {
      return { topic: '/safety/rule', epochS: beganS + timeS, message: { data } } as const
    })
    const messages = [...all, ...spoken]
      .filter(({ topic }) => (SHOWN_TOPICS as readonly string[]).includes(topic))
      .sort((a, b) => a.epochS - b.epochS)
    const metadata = { scene: JSON.stringify(scene) }
    const reel = framesOfRecording('run.mcap', { metadata, messages, isComplete: true }, asIs)
    const found = reel.frames.flatMap((each) => ('intervention' in each ? [each.intervention] : []))
    const expected = [rules[0]!, rules[3]!, rules[4]!]
    expect(found.map(({ rule }) => rule)).toEqual(expected.map(([, rule]) => rule))
    for (const [k, { timeS, tip }] of found.entries()) {
      expect(timeS).toBeCloseTo(expected[k]![0], 6)
      const before = reel.frames.flatMap(stateOf).filter((state) => state.timeS <= timeS)
      // The tool moves at 0.25 m/s at most, and a state is at most 0.06 s old.
      for (const axis of [0, 1, 2]) {
        expect(Math.abs(tip[axis]! - before.at(-1)!.tip[axis]!)).toBeLessThan(0.02)
      }
    }
  })

  it('tell what was asked for beside what safety let pass, and the joint it held back', async () => {
    const cutRad = 0.3
    const all = await recordLoop()
    const beganS = all[0]!.epochS
    type JointState = { name: string[]; position: Float64Array }
    const sentAt = new Map(
      all
        .filter(({ topic }) => topic === '/joint_commands')
        .map(({ epochS, message }) => [epochS, message as JointState]),
    )
    // What is asked for is sent as it is, but from the first second on the elbow is asked for more.
    const messages = all
      .filter(({ topic }) => (SHOWN_TOPICS as readonly string[]).includes(topic))
      .filter(({ topic }) => topic !== '/safety/rule')
      .map((each) => {
        if (each.topic !== '/joint_targets') return each
        const message = sentAt.get(each.epochS)!
        const position = message.position.slice()
        if (each.epochS >= beganS + 1) position[message.name.indexOf('elbow_flex')]! += cutRad
        return { ...each, message: { ...message, position } }
      })
    const rule = { topic: '/safety/rule', epochS: beganS + 1.5, message: { data: 'jointMotion' } }
    const ordered = [...messages, rule].sort((a, b) => a.epochS - b.epochS)
    const metadata = { scene: JSON.stringify(scene) }
    const shown = (recorded: typeof ordered) =>
      framesOfRecording('run.mcap', { metadata, messages: recorded, isComplete: true }, asIs).frames
    const elbow = scene.joints.indexOf('elbow_flex')
    const found = shown(ordered)
    for (const { commandQ, timeS, wantedQ } of found.flatMap(stateOf)) {
      // Messages of a cycle carry one time; those of the first second's last cycle may be either.
      if (Math.abs(timeS - 1) < 0.02) continue
      for (const [joint, sent] of commandQ!.entries()) {
        const cut = joint === elbow && timeS > 1 ? cutRad : 0
        expect(wantedQ![joint]! - sent).toBeCloseTo(cut, 9)
      }
    }
    const jointOf = (frames: typeof found) =>
      frames.flatMap((each) => ('intervention' in each ? [each.intervention.joint] : []))
    expect(jointOf(found)).toEqual(['elbow_flex'])
    const old = shown(ordered.filter(({ topic }) => topic !== '/joint_targets'))
    expect(jointOf(old)).toEqual([''])
    expect(old.flatMap(stateOf).every((state) => !('wantedQ' in state))).toBe(true)
  })

  it('hold no message, however long the recording is', async () => {
    const all = await recordLoop()
    const messages = all.filter(({ topic }) => (SHOWN_TOPICS as readonly string[]).includes(topic))
    const metadata = { scene: JSON.stringify(scene) }
    const shown = (source: Iterable<(typeof messages)[number]>) =>
      framesOfRecording('run.mcap', { metadata, messages: source, isComplete: true }, asIs)
    expect(shown(passing(messages) as typeof messages)).toEqual(shown(messages))
  })

  it('of a recording that has too many are fewer, all episodes and interventions among them', async () => {
    const all = await recordLoop()
    const beganS = all[0]!.epochS
    const said = [0.7, 1.3].flatMap((timeS, episode) => [
      {
        topic: '/safety/rule',
        epochS: beganS + timeS,
        message: { data: ['toolSpeed', 'floor'][episode] },
      } as const,
      {
        ...({ topic: '/episode', epochS: beganS + timeS } as const),
        message: { data: JSON.stringify({ episode, isSuccess: true }) },
      },
    ])
    const messages = [...all.filter(({ topic }) => topic !== '/safety/rule'), ...said]
      .filter(({ topic }) => (SHOWN_TOPICS as readonly string[]).includes(topic))
      .sort((a, b) => a.epochS - b.epochS)
    const recording = { metadata: { scene: JSON.stringify(scene) }, messages, isComplete: true }
    const whole = framesOfRecording('run.mcap', recording, asIs)
    const most = Math.ceil(whole.frames.flatMap(stateOf).length / 3)
    const thinned = framesOfRecording('run.mcap', recording, asIs, most)
    expect([whole.isThinned, thinned.isThinned]).toEqual([false, true])
    const others = (frames: readonly RecordingFrame[]) =>
      frames.filter((each) => !('state' in each))
    expect(others(thinned.frames)).toHaveLength(4)
    expect(others(thinned.frames).map(({ timeS }) => timeS)).toEqual(
      others(whole.frames).map(({ timeS }) => timeS),
    )
    const states = thinned.frames.flatMap(stateOf)
    expect(states.length).toBeLessThanOrEqual(most)
    // A third of the states are every fourth at the worst, a set-point cycle and the two before an event aside.
    expect(states.length).toBeGreaterThan(most / 2)
    for (const [k, { timeS }] of states.slice(1).entries()) {
      expect(timeS - states[k]!.timeS).toBeLessThan(thinned.everyS + 0.011)
    }
    expect(thinned.durationS).toBe(whole.durationS)
  })

  it('show every object that was seen, on the table where the goal has no height', async () => {
    const cube = { kind: 'box', halfSizeM: [0.02, 0.02, 0.02] } as const
    const world = { ...scene.world, objects: [...scene.world.objects, cube] }
    const all = (await recordLoop()).filter(({ topic }) =>
      (SHOWN_TOPICS as readonly string[]).includes(topic),
    )
    const shown = (last: number) => {
      const messages = all.flatMap((each) => {
        if (each.topic !== '/object/pose') return [each]
        const { header, pose } = each.message as { header: unknown; pose: RosPose }
        const poses = [pose, uprightPose(last, last, last, 0)]
        return [each, { ...each, topic: '/object/poses', message: { header, poses } }]
      })
      const metadata = { scene: JSON.stringify({ ...scene, world }) }
      const reel = framesOfRecording('run.mcap', { metadata, messages, isComplete: true }, asIs)
      return reel.frames.flatMap(stateOf).at(-1)!.objects
    }
    const [first, second] = shown(0.1)
    expect(first!.position[0]).toBeCloseTo(0.25, 6)
    expect(second!.position[0]).toBeCloseTo(0.1, 6)
    expect(second!.position[2]).toBeCloseTo(world.table.heightM + 0.02, 6)
    expect(shown(Number.NaN)).toEqual([first, null])
  })

  it('are refused for a recording that does not say what it shows, or is empty', () => {
    const empty = { messages: [], isComplete: true }
    const refuse = (metadata: Record<string, string>) => () =>
      framesOfRecording('x.mcap', { ...empty, metadata }, asIs)
    expect(refuse({})).toThrow(/x\.mcap does not say what it shows/)
    expect(refuse({ scene: JSON.stringify(scene) })).toThrow(/x\.mcap is empty/)
  })
})
