import { describe, expect, it } from 'vitest'
import type { LoopView } from '../../../bridge/deploy/loop-tap.ts'
import type { RunState } from '../../../bridge/viewer/frames.ts'
import { createViewerTap } from '../../../bridge/viewer/viewer-tap.ts'

function loopView(): LoopView {
  return {
    timeS: 2,
    measuredQ: Float64Array.of(0.1, 0.2),
    command: Float64Array.of(0.3, 0.4),
    tip: Float64Array.of(0.2, 0, 0.05),
    commandedTip: Float64Array.of(0.21, 0, 0.05),
    object: { xM: 0.3, yM: 0.1, zM: 0, yawRad: 0, ageS: 0.06, isFresh: true },
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
    view.object.xM = 9
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
    view.object.xM = 0.25
    view.object.yM = -0.1 + 0.049
    tap.policyStep(view)
    view.object.ageS = Number.POSITIVE_INFINITY
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
