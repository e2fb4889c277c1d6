import { beforeEach, describe, expect, it } from 'vitest'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import type { ArmState } from '../../../sim/engines/engine.ts'
import { type Draw, nominalValues, type ParameterValues } from '../../../sim/randomization/draw.ts'
import { ControlledArm } from '../../../sim/world/controlled-arm.ts'
import { model, onArm } from '../push-setup.ts'

const STEP_S = 0.002
const PERIOD_S = 0.04
const task = { ...onArm, encoderStepRad: 0 }

function stateAt(q: ArrayLike<number>): ArmState {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(Float64Array.from(q))
  return {
    q: Float64Array.from(q),
    tip: kinematics.tip,
    objects: [{ position: Float64Array.of(0.25, 0.05, 0.018) }],
  } as unknown as ArmState
}

function armWith(changes: Partial<Record<keyof ParameterValues, number | number[]>>, seed = 1) {
  const values = nominalValues(model, task)
  for (const [name, value] of Object.entries(changes)) {
    const parameter = values[name as keyof ParameterValues]
    if (typeof value === 'number') parameter.fill(value)
    else parameter.set(value)
  }
  const draw: Draw = { values, coordinates: new Float32Array(0), pinned: -1 }
  const arm = new ControlledArm(model, task, draw, new RandomStream(seed))
  return arm
}

/** A nominal arm of another model, without command delay. */
function armOf(other: ArmModel): ControlledArm {
  const values = nominalValues(other, task)
  values.commandDelayS.fill(0)
  const draw: Draw = { values, coordinates: new Float32Array(0), pinned: -1 }
  return new ControlledArm(other, task, draw, new RandomStream(1))
}

/** Targets of the second joint over `steps` physics steps after one command at time 0. */
function stepResponse(arm: ControlledArm, steps: number): number[] {
  arm.reset(stateAt(model.restPose), 0, new RandomStream(1))
  arm.command(Float32Array.of(1, 0, -1), 0, 0)
  return Array.from({ length: steps }, (_, k) => {
    arm.updateTarget((k + 1) * STEP_S, STEP_S)
    return arm.target[1]!
  })
}

describe('a command to a simulated arm', () => {
  it('never arrives when it is dropped, as often as drawn', () => {
    const lost = stepResponse(armWith({ commandDelayS: 0, commandDrop: 1 }), 60)
    for (const target of lost) expect(target).toBe(lost[0])
    let numLost = 0
    for (let seed = 0; seed < 400; seed++) {
      const arm = armWith({ commandDelayS: 0, commandDrop: 0.25 })
      arm.reset(stateAt(model.restPose), 0, new RandomStream(seed))
      arm.command(Float32Array.of(1, 0, -1), 0, 0)
      const before = arm.target[1]!
      for (let k = 0; k < 60; k++) arm.updateTarget((k + 1) * STEP_S, STEP_S)
      if (arm.target[1] === before) numLost++
    }
    // 100 of 400, ± 4 · √(400 · 0.25 · 0.75).
    expect(Math.abs(numLost - 100)).toBeLessThan(35)
  })

  it('arrives later by the drawn delay, and is otherwise the same', () => {
    const prompt = stepResponse(armWith({ commandDelayS: 0 }), 60)
    const late = stepResponse(armWith({ commandDelayS: 0.03 }), 60)
    const delaySteps = 0.03 / STEP_S
    for (let k = 0; k < delaySteps; k++) expect(late[k]).toBe(late[0])
    for (let k = delaySteps + 1; k < 60; k++) {
      expect(late[k]).toBeCloseTo(prompt[k - delaySteps]!, 12)
    }
    expect(Math.abs(prompt[59]! - prompt[0]!)).toBeGreaterThan(0.01)
  })

  it('arrives later by up to the drawn jitter beside', () => {
    // The first target that differs from rest is the one after delay + jitter · u, 0 ≤ u < 1.
    const starts = new Set<number>()
    for (let seed = 0; seed < 30; seed++) {
      const arm = armWith({ commandDelayS: 0.02, commandJitterS: 0.02 })
      arm.reset(stateAt(model.restPose), 0, new RandomStream(seed))
      arm.command(Float32Array.of(1, 0, -1), 0, 0)
      arm.updateTarget(0, STEP_S)
      const rest = arm.target[1]!
      let k = 0
      do arm.updateTarget(++k * STEP_S, STEP_S)
      while (arm.target[1] === rest)
      expect(k * STEP_S).toBeGreaterThanOrEqual(0.02)
      expect(k * STEP_S).toBeLessThanOrEqual(0.04 + STEP_S + 1e-9)
      starts.add(k)
    }
    expect(starts.size).toBeGreaterThan(4)
  })

  it('comes as a line over one policy period', () => {
    const instant = model.maxAccelerationRadPerS2.map(() => Number.POSITIVE_INFINITY)
    const targets = stepResponse(armOf({ ...model, maxAccelerationRadPerS2: instant }), 30)
    const rampSteps = PERIOD_S / STEP_S
    const slope = targets[1]! - targets[0]!
    for (let k = 1; k < rampSteps; k++) expect(targets[k]! - targets[k - 1]!).toBeCloseTo(slope, 12)
    for (let k = rampSteps; k < 30; k++) expect(targets[k]).toBe(targets[rampSteps])
  })

  it('never moves the target faster than the servo', () => {
    const slow = { ...model, maxSpeedRadPerS: model.maxSpeedRadPerS.map(() => 0.1) }
    const targets = stepResponse(armOf(slow), 40)
    for (let k = 1; k < 40; k++) {
      expect(Math.abs(targets[k]! - targets[k - 1]!)).toBeLessThanOrEqual(0.1 * STEP_S + 1e-12)
    }
  })
})

describe('what a simulated arm measures', () => {
  it('is off by the zero offset, which the target undoes', () => {
    const offset = [0.01, -0.02, 0.03, 0, 0.005]
    const arm = armWith({ zeroOffsetRad: offset })
    arm.reset(stateAt(model.restPose), 0, new RandomStream(1))
    arm.updateTarget(0, STEP_S)
    for (let i = 0; i < model.numJoints; i++) {
      expect(arm.measuredQ[i]).toBeCloseTo(model.restPose[i]! + offset[i]!, 12)
      expect(arm.target[i]).toBeCloseTo(arm.controller.setpoint[i]! - offset[i]!, 12)
    }
  })

  it('comes in encoder steps', () => {
    const values = nominalValues(model, onArm)
    const arm = new ControlledArm(
      model,
      onArm,
      { values, coordinates: new Float32Array(0), pinned: -1 },
      new RandomStream(1),
    )
    const q = model.restPose.map((value) => value + 0.000_4)
    arm.reset(stateAt(q), 0, new RandomStream(1))
    for (let i = 0; i < model.numJoints; i++) {
      const ticks = arm.measuredQ[i]! / ((2 * Math.PI) / 4096)
      expect(ticks).toBeCloseTo(Math.round(ticks), 9)
      expect(Math.abs(arm.measuredQ[i]! - q[i]!)).toBeLessThanOrEqual(Math.PI / 4096 + 1e-12)
    }
  })

  it('is where the joints were a while ago, by the drawn delay', () => {
    const speedRadPerS = 0.5
    const q = (timeS: number) => model.restPose.map((rest) => rest + speedRadPerS * timeS)
    const arm = armWith({ jointDelayS: 0.03 })
    arm.reset(stateAt(q(0)), 0, new RandomStream(1))
    for (let k = 1; k <= 100; k++) {
      arm.sense(stateAt(q(k * STEP_S)), k * STEP_S)
      if (k % 20 === 0) arm.observe(stateAt(q(k * STEP_S)), k * STEP_S)
    }
    for (const [i, then] of q(0.2 - 0.03).entries()) expect(arm.measuredQ[i]).toBeCloseTo(then, 9)
    // An episode begins at rest, whatever was before.
    arm.reset(stateAt(q(1)), 5, new RandomStream(1))
    for (const [i, now] of q(1).entries()) expect(arm.measuredQ[i]).toBeCloseTo(now, 12)
  })

  it('scatters by the joint noise', () => {
    const arm = armWith({ jointNoiseRad: 0.002 })
    arm.reset(stateAt(model.restPose), 0, new RandomStream(3))
    let sum = 0
    const steps = 400
    for (let k = 1; k <= steps; k++) {
      arm.observe(stateAt(model.restPose), k * PERIOD_S)
      for (let i = 0; i < model.numJoints; i++) sum += (arm.measuredQ[i]! - model.restPose[i]!) ** 2
    }
    // 2,000 samples: the standard deviation is known to 1.6 %.
    expect(Math.sqrt(sum / (steps * model.numJoints))).toBeCloseTo(0.002, 4)
  })
})

describe('the object a simulated arm sees', () => {
  let arm: ControlledArm
  const state = stateAt(model.restPose)

  beforeEach(() => {
    arm = armWith({ objectNoiseM: 0, occlusionRadiusM: 0.02, objectBiasXM: 0.01 })
    arm.reset(state, 0, new RandomStream(1))
  })

  it('is at its true place plus bias when the episode begins', () => {
    expect(arm.objects[0]!.xM).toBeCloseTo(0.26, 12)
    expect(arm.objects[0]!.yM).toBeCloseTo(0.05, 12)
    expect(arm.objects[0]!.isFresh).toBe(true)
  })

  it('is not seen while the tip is over it', () => {
    const covered = {
      ...state,
      objects: [
        {
          ...state.objects[0]!,
          position: Float64Array.of(state.tip[0]! + 0.015, state.tip[1]!, 0),
        },
      ],
    }
    for (let k = 1; k <= 250; k++) arm.sense(covered, k * STEP_S)
    arm.observe(covered, 0.5)
    expect(arm.objects[0]!.isFresh).toBe(false)
    expect(arm.objects[0]!.ageS).toBeGreaterThan(0.5)
  })
})
