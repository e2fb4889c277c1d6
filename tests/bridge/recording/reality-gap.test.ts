import { describe, expect, it } from 'vitest'
import { measureGap } from '../../../bridge/recording/reality-gap.ts'
import { ArmDynamics } from '../../../robot/model/dynamics.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'
import { GoalRamp } from '../../../sim/world/goal-ramp.ts'
import { model } from '../../sim/push-setup.ts'

const PERIOD_S = 0.01
const STEP_S = 0.002
const DELAY_S = 0.02
const options = { windowS: 5, commandDelayS: DELAY_S }

interface Arm {
  /** Commands take effect so much later than they were sent [s]. */
  readonly delayS?: number
  /** Encoders read so much more than the joint's angle [rad]. */
  readonly zeroRad?: number
  readonly stiffnessScale?: number
}

/** An arm that follows slow sines, as it would have been recorded. */
function record({ delayS = DELAY_S, zeroRad = 0, stiffnessScale = 1 }: Arm): ArmTrack {
  const dynamics = new ArmDynamics(model)
  const { stiffness } = dynamics.parameters
  for (let i = 0; i < stiffness.length; i++) stiffness[i]! *= stiffnessScale
  const ramp = new GoalRamp(model)
  const rest = model.restPose
  dynamics.reset(rest)
  ramp.reset(rest)
  const commandAt = (timeS: number) =>
    rest.map((q, i) => q + 0.25 * Math.sin((1 + 0.3 * i) * Math.max(0, timeS)))
  const track = {
    timeS: [] as number[],
    measured: [] as Float64Array[],
    command: [] as Float64Array[],
  }
  for (let k = 0; k < 1000; k++) {
    const nowS = k * PERIOD_S
    track.timeS.push(nowS)
    track.measured.push(dynamics.q.map((q) => q + zeroRad))
    track.command.push(commandAt(nowS))
    for (let j = 0; j < PERIOD_S / STEP_S; j++) {
      const sentS = nowS + j * STEP_S - delayS
      ramp.advance(commandAt(Math.floor(sentS / PERIOD_S + 1e-6) * PERIOD_S), STEP_S)
      dynamics.target.set(ramp.goal)
      dynamics.step(STEP_S, true)
    }
  }
  return {
    ...track,
    beganS: 0,
    timeS: Float64Array.from(track.timeS),
    jointNames: model.jointNames,
  }
}

describe('measureGap', () => {
  it('finds no gap between the model and itself', () => {
    for (const joint of measureGap(record({}), model, options).joints) {
      expect(joint.rmsRad).toBeLessThan(0.002)
      expect(joint.trackingRad).toBeGreaterThan(0.01)
    }
  })

  it('finds by how much later an arm moves', () => {
    for (const { lagS, rmsRad } of measureGap(record({ delayS: 0.1 }), model, options).joints) {
      expect(lagS).toBeCloseTo(0.08, 2)
      expect(rmsRad).toBeGreaterThan(0.01)
    }
  })

  it('finds the sag of an arm that is softer than its model, at the loaded joint', () => {
    const gap = measureGap(record({ stiffnessScale: 0.5 }), model, { ...options, windowS: 20 })
    const lift = gap.joints.find(({ joint }) => joint === 'shoulder_lift')!
    // Nominal sag is torque / 8.9 Nm/rad; half the stiffness adds as much again.
    const dynamics = new ArmDynamics(model)
    const torque = new Float64Array(model.numJoints)
    dynamics.gravityTorque(model.restPose, torque)
    const index = model.jointNames.indexOf('shoulder_lift')
    const sagRad = torque[index]! / model.stiffnessNmPerRad[index]!
    expect(Math.abs(lift.biasRad)).toBeGreaterThan(0.4 * Math.abs(sagRad))
    expect(Math.abs(lift.biasRad)).toBeLessThan(2 * Math.abs(sagRad))
  })
})
