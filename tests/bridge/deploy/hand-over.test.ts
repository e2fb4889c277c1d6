import { describe, expect, it } from 'vitest'
import { HandOver } from '../../../bridge/deploy/hand-over.ts'
import { ToolController } from '../../../robot/io/tool-controller.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { model, onArm } from '../../sim/push-setup.ts'
import { atHeight, deployConfig } from './loop-setup.ts'

const STEP_S = 0.04
const leaderModel = compileArm(loadArmDescription('so101-leader'))
const config = deployConfig.handOver

/** A hand at a leader, over an arm that is always where it is commanded and whose policy wants it to stand. */
function setUp(toolAction = onArm.control.action) {
  // Stretched out, and the arm is not: it does not matter where the leader is held.
  const leader = { q: new Float64Array(model.numJoints), failure: undefined, ageS: () => 0 }
  const said: string[] = []
  const hand = new HandOver({
    ...{ leader, model: leaderModel, config },
    onChange: (acting) => void said.push(acting),
  })
  const controller = new ToolController(model, toolAction)
  controller.reset(Float64Array.from(model.restPose))
  const action = new Float32Array(3)
  let nowS = 0
  /** Steps of the policy for a time; joint `joint` of the leader is turned evenly to an angle meanwhile. */
  const act = (seconds: number, joint = 0, toRad = leader.q[joint]!): Float64Array => {
    const from = leader.q[joint]!
    const steps = Math.round(seconds / STEP_S)
    for (let k = 1; k <= steps; k++) {
      leader.q[joint] = from + ((toRad - from) * k) / steps
      action.set([0, 0, atHeight(controller.commandedTip[2]!)])
      const before = controller.commandedTip.slice()
      const wasLed = hand.acting === 'leader'
      hand.act(nowS, controller, action)
      controller.step(action, 0, controller.commandQ)
      if (wasLed !== (hand.acting === 'leader')) {
        jumps.push(Math.hypot(...controller.commandedTip.map((x, axis) => x - before[axis]!)))
      }
      nowS += STEP_S
    }
    return controller.commandedTip.slice()
  }
  const jumps: number[] = []
  return { hand, leader, said, act, jumps }
}

describe('a hand at a leader', () => {
  it('takes over by a move and gives back by stillness; neither makes the arm jump', () => {
    const { act, hand, jumps, said } = setUp()
    act(1)
    act(0.5, 0, 0.3)
    expect(said).toEqual(['leader'])
    act(config.backS - 0.2)
    expect(said).toEqual(['leader'])
    act(0.4)
    expect(said).toEqual(['leader', 'policy'])
    // It can take over again.
    act(0.6)
    act(0.5, 0, 0)
    expect(said).toEqual(['leader', 'policy', 'leader'])
    expect(hand.numTakeOvers).toBe(2)
    for (const jump of jumps) expect(jump).toBeLessThan(1e-6)
  })

  it('moves the arm’s tool as the leader’s tool moves', () => {
    const { act, said } = setUp()
    act(1, 0, -0.3)
    act(0.8)
    const from = act(0.8, 0, 0)
    expect(said).toEqual(['leader'])
    const to = act(2, 0, 0.5)
    // The tip of an SO-101 that is stretched out, at pan 0 and 0.5, by the URDF in MuJoCo.
    expect(to[0]! - from[0]!).toBeCloseTo(0.3482 - 0.39136, 3)
    expect(to[1]! - from[1]!).toBeCloseTo(-0.16902, 3)
    expect(to[2]! - from[2]!).toBeCloseTo(0, 3)
  })

  it('does not make up for what the arm could not do: it turns back when the hand does', () => {
    const { act } = setUp()
    act(1)
    // The tool of the leader sinks by a third of a metre; the commanded one stops a centimetre below the table.
    act(3, 1, 1.5)
    const low = act(0.4)
    expect(low[2]).toBeCloseTo(onArm.control.action.height.minM, 3)
    const up = act(0.6, 1, 1)
    expect(up[2]).toBeGreaterThan(low[2]! + 0.03)
  })

  it('is not a hand that trembles, or a leader that sinks slowly', () => {
    const { act, said } = setUp()
    for (let k = 0; k < 40; k++) act(0.08, 2, k % 2 === 0 ? 0.015 : 0)
    act(30, 1, 0.6)
    expect(said).toEqual([])
  })

  it('gives back at once on request, and the leader that falls then takes nothing over', () => {
    const { act, hand, leader, said } = setUp()
    act(1)
    act(0.4, 0, 0.3)
    hand.giveBack()
    act(0.04)
    expect(said).toEqual(['leader', 'policy'])
    act(0.4, 1, 1.2)
    act(1)
    expect(said).toEqual(['leader', 'policy'])
    act(0.4, 0, leader.q[0]! + 0.3)
    expect(said).toEqual(['leader', 'policy', 'leader'])
  })

  it('moves nothing at a speed of nothing', () => {
    const { act, said } = setUp({ ...onArm.control.action, stepM: 0 })
    const before = act(1)
    const after = act(0.8, 0, 0.4)
    for (let axis = 0; axis < 3; axis++) expect(after[axis]).toBeCloseTo(before[axis]!, 6)
    expect(said).toEqual(['leader'])
  })

  it('goes on from where the command was put meanwhile', () => {
    const { act, hand, leader } = setUp()
    act(1)
    act(0.4, 0, 0.3)
    const before = act(0.2)
    // A rule held the arm while the hand went on.
    leader.q[0] = 0
    hand.restart()
    const after = act(0.2)
    expect(Math.hypot(after[0]! - before[0]!, after[1]! - before[1]!)).toBeLessThan(1e-6)
  })
})
