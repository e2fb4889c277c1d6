import { beforeEach, describe, expect, it } from 'vitest'
import { GoalHolder } from '../../../bridge/deploy/object-tracker.ts'
import { StreamFrames } from '../../../bridge/deploy/stream-frames.ts'
import { subscribeGoal } from '../../../bridge/deploy/stream-goals.ts'
import { asTransform, MESSAGE_TYPE, poseStamped } from '../../../bridge/streams/messages.ts'
import { TopicGraph } from '../../../bridge/streams/topic-graph.ts'

let graph: TopicGraph
let goal: GoalHolder
let told: string[]
let nowS: number

beforeEach(() => {
  graph = new TopicGraph()
  goal = new GoalHolder()
  told = []
  nowS = 10
  const now = () => nowS
  const stream = graph
  const frames = new StreamFrames({ stream, baseFrames: ['', 'base'], now })
  subscribeGoal({
    ...{ stream, topic: '/goal/pose', goal, frames, now },
    reasonAgainst: ([x]) => (x! > 1 ? `${x} m is too far` : undefined),
    onRejected: (reason) => told.push(reason),
  })
})

const ask = (frame: string, x: number, stampS = 1) =>
  graph.publish('/goal/pose', MESSAGE_TYPE.poseStamped, poseStamped(stampS, frame, [x, 0.1, 0]))
/** The table stands 0.2 m before the arm. */
const place = (topic: '/tf' | '/tf_static', stampS = 1) =>
  graph.publish(topic, MESSAGE_TYPE.tf, {
    transforms: [asTransform(poseStamped(stampS, 'base', [0.2, 0, 0]), 'table')],
  })

describe('goals from a stream', () => {
  it('are taken in the arm’s base, and where transforms place their frame', () => {
    ask('base', 0.3)
    expect([...goal.goal]).toEqual([0.3, 0.1])
    place('/tf_static')
    ask('/table', 0.3)
    expect([...goal.goal]).toEqual([0.5, 0.1])
    expect(goal).toMatchObject({ version: 2, rejected: 0 })
    expect(told).toEqual([])
  })

  it('in a frame that nothing places are counted, and it is said why, once', () => {
    ask('kitchen', 0.3)
    ask('kitchen', 0.4)
    expect(goal).toMatchObject({ version: 0, rejected: 2 })
    expect(told).toEqual([expect.stringContaining('kitchen')])
    ask('base', 0.3)
    ask('cellar', 0.3)
    expect(told[1]).toContain('cellar')
  })

  it('that come before their frame are taken once it is known, if that is soon', () => {
    ask('table', 0.3)
    expect(goal).toMatchObject({ version: 0, rejected: 1 })
    nowS = 11
    place('/tf_static')
    expect([...goal.goal]).toEqual([0.5, 0.1])
    expect(goal).toMatchObject({ version: 1, rejected: 0 })
  })

  it('that came long before their frame are not', () => {
    ask('table', 0.3)
    nowS = 60
    place('/tf_static')
    expect(goal).toMatchObject({ version: 0, rejected: 1 })
  })

  it('are placed by where their frame was at the time', () => {
    place('/tf', 1)
    ask('table', 0.3, 2)
    expect(goal).toMatchObject({ version: 0, rejected: 1 })
    ask('table', 0.3, 1.1)
    expect([...goal.goal]).toEqual([0.5, 0.1])
  })

  it('that cannot be had are counted, in the base wherever they were told', () => {
    place('/tf_static')
    ask('table', 0.9)
    expect(goal).toMatchObject({ version: 0, rejected: 1 })
    expect(told).toEqual(['1.1 m is too far'])
  })
})
