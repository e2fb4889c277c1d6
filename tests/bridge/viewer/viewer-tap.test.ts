import { describe, expect, it } from 'vitest'
import type { CycleView, LoopView } from '../../../bridge/deploy/loop-tap.ts'
import { ArmWatch } from '../../../bridge/viewer/arm-watch.ts'
import type { Intervention, RunState } from '../../../bridge/viewer/frames.ts'
import { createViewerTap } from '../../../bridge/viewer/viewer-tap.ts'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { model } from '../../sim/push-setup.ts'

function loopView(): LoopView {
  return {
    timeS: 2,
    measuredQ: Float64Array.of(0.1, 0.2),
    command: Float64Array.of(0.3, 0.4),
    tip: Float64Array.of(0.2, 0, 0.05),
    commandedTip: Float64Array.of(0.21, 0, 0.05),
    objects: [{ xM: 0.3, yM: 0.1, zM: 0, yawRad: 0, ageS: 0.06, isFresh: true }],
    goal: Float64Array.of(0.25, -0.1),
    observation: new Float32Array(3),
    action: Float32Array.of(1, 0, -1),
    state: Float32Array.of(3, 4),
    rule: 'jointMotion',
  }
}

function tapped() {
  const states: RunState[] = []
  const counts: Record<string, number> = { jointMotion: 1 }
  const tap = createViewerTap({
    viewer: { state: (state) => void states.push(state), episode: () => {} },
    scene: {
      thresholdM: 0.05,
      world: {
        objects: [{ kind: 'cylinder', halfSizeM: [0.03, 0.03, 0.018] }],
        table: { heightM: 0.01, tiltXRad: Math.atan(0.1), tiltYRad: 0 },
      },
    },
    interventions: () => counts,
    loop: () => ({ rateHz: 100, jitterS: 0.001 }),
  })
  return { tap, states, counts }
}

describe('createViewerTap', () => {
  it('copies: what the loop writes later does not change a state that was handed on', () => {
    const { tap, states, counts } = tapped()
    const view = loopView()
    tap.policyStep(view)
    view.measuredQ.fill(9)
    view.objects[0]!.xM = 9
    counts['jointMotion'] = 2
    expect(states[0]).toMatchObject({
      q: [0.1, 0.2],
      commandQ: [0.3, 0.4],
      interventions: { jointMotion: 1 },
      rule: 'jointMotion',
    })
    expect(states[0]!.objects[0]!.position[0]).toBe(0.3)
  })

  it('lays the puck on the table, tilted or not', () => {
    const { tap, states } = tapped()
    tap.policyStep(loopView())
    const { position, quaternion } = states[0]!.objects[0]!
    // The surface is at 0.01 + 0.3 · 0.1; half the height along the normal, (-0.1, 0, 1) / √1.01.
    expect(position[2]).toBeCloseTo(0.04 + 0.018 * Math.sqrt(1.01), 12)
    // Turned about -y by the slope's angle.
    expect(quaternion[1]).toBeCloseTo(-Math.sin(Math.atan(0.1) / 2), 12)
    expect(quaternion[3]).toBeCloseTo(Math.cos(Math.atan(0.1) / 2), 12)
  })

  it('tells whether the goal is reached, of a puck that has been seen', () => {
    const { tap, states } = tapped()
    const view = loopView()
    tap.policyStep(view)
    view.objects[0]!.xM = 0.25
    view.objects[0]!.yM = -0.1 + 0.049
    tap.policyStep(view)
    view.objects[0]!.ageS = Number.POSITIVE_INFINITY
    tap.policyStep(view)
    expect(states.map(({ isReached }) => isReached)).toEqual([false, true, false])
    expect(states[2]!.objects).toEqual([null])
  })

  it('tells the size of the recurrent state', () => {
    const { tap, states } = tapped()
    tap.policyStep(loopView())
    expect(states[0]!.stateNorm).toBe(5)
  })
})

/** A tap that is told of the whole arm: the model's joints in another order, and a gripper. */
function watched() {
  const jointNames = ['gripper', ...[...model.jointNames].reverse()]
  const states: RunState[] = []
  const interventions: Intervention[] = []
  const arm = new ArmWatch({
    ...{ jointNames, model },
    timing: () => ({ p99S: 0.001, missed: 2 }),
    streamedAgeS: () => 0.03,
    onIntervention: (each) => void interventions.push(each),
  })
  const tap = createViewerTap({
    viewer: { state: (state) => void states.push(state), episode: () => {} },
    scene: {
      thresholdM: 0.05,
      world: {
        objects: [{ kind: 'cylinder', halfSizeM: [0.03, 0.03, 0.018] }],
        table: { heightM: 0, tiltXRad: 0, tiltYRad: 0 },
      },
    },
    interventions: () => ({}),
    loop: () => ({ rateHz: 100, jitterS: 0 }),
    arm,
  })
  const n = jointNames.length
  const reading = createReading(n)
  const q = Float64Array.from(model.restPose).reverse()
  reading.positionRad.set(q, 1)
  const view: CycleView = {
    ...{ timeS: 2, reading, rule: '', latenessS: 0, isInHand: false },
    command: new Float64Array(n),
    wanted: new Float64Array(n),
    stagesS: new Float64Array(4),
  }
  return { tap, states, interventions, view }
}

describe('a tap that watches the arm', () => {
  it('tells of all joints, and where the tool is, before there is a policy step', () => {
    const { states, tap, view } = watched()
    view.reading.temperatureC[0] = 40
    tap.cycle!(view)
    const [state] = states
    const kinematics = new ArmKinematics(model)
    kinematics.forward(model.restPose)
    expect(state!.q).toEqual(Array.from(model.restPose))
    expect(state!.tip).toEqual(Array.from(kinematics.tip))
    expect(state!.objects).toEqual([null])
    expect(state!.arm).toMatchObject({ isInHand: false, timing: { p99S: 0.001, missed: 2 } })
    expect(state!.arm!.temperatureC[0]).toBe(40)
    expect(state!.arm!.streamedAgeS).toBe(0.03)
    expect(state!.arm!.q).toHaveLength(model.numJoints + 1)
  })

  it('tells the set-points before and after the safety filter, in the model’s order', () => {
    const { states, tap, view } = watched()
    view.wanted.set([9, 5, 4, 3, 2, 1])
    view.command.set([9, 5, 4, 3.5, 2, 1])
    tap.cycle!(view)
    tap.policyStep(loopView())
    for (const { commandQ, wantedQ } of states) {
      expect(wantedQ).toEqual([1, 2, 3, 4, 5])
      expect(commandQ).toEqual([1, 2, 3.5, 4, 5])
    }
    expect(states).toHaveLength(2)
  })

  it('goes on without policy steps while the arm is in a hand, the sensor ageing', () => {
    const { states, tap, view } = watched()
    tap.policyStep(loopView())
    for (let cycle = 1; cycle <= 20; cycle++) {
      tap.cycle!({ ...view, timeS: 2 + cycle / 100, isInHand: true })
    }
    // Every twentieth of a second.
    expect(states.length).toBe(1 + 4)
    const last = states.at(-1)!
    expect(last.arm!.isInHand).toBe(true)
    expect(last.objectAgeS).toBeCloseTo(0.06 + last.timeS - 2, 9)
  })

  it('says once when a rule steps in, and for which joint; again after a pause', () => {
    const { interventions, tap, view } = watched()
    view.wanted[2] = 0.3
    const at = (timeS: number, rule: string) => tap.cycle!({ ...view, timeS, rule })
    for (const timeS of [3, 3.01, 3.02, 3.4]) at(timeS, 'jointSpeed')
    at(3.41, 'toolWorkspace')
    at(3.5, '')
    at(4.5, 'jointSpeed')
    expect(interventions.map(({ rule, timeS }) => [timeS, rule])).toEqual([
      [3, 'jointSpeed'],
      [3.41, 'toolWorkspace'],
      [4.5, 'jointSpeed'],
    ])
    // Second from the end of the model's, third of the driver's.
    expect(interventions[0]!.joint).toBe(model.jointNames.at(-2))
  })
})
