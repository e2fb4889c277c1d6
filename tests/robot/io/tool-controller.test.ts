import { describe, expect, it } from 'vitest'
import type { ToolAction } from '../../../robot/io/control.schema.ts'
import { leanAt, ToolController } from '../../../robot/io/tool-controller.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { rotate } from '../../../robot/model/pose.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { model, onArm } from '../../sim/push-setup.ts'

/** The shipped action with round steps: 8 mm sideways, 6 mm up or down. */
const action: ToolAction = {
  ...onArm.control.action,
  stepM: 0.008,
  height: { ...onArm.control.action.height, stepM: 0.006 },
}
const NUM_JOINTS = model.numJoints

function tipOf(q: Float64Array): number[] {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(q)
  return [...kinematics.tip]
}

/** Potential energy of the arm's links [J]: mass times height of each centre of mass. */
function potential(q: Float64Array): number {
  const kinematics = new ArmKinematics(model)
  kinematics.forward(q)
  let energy = 0
  const centre = new Float64Array(3)
  for (let i = 0; i < NUM_JOINTS; i++) {
    const turn = kinematics.linkQuaternion.slice(4 * i, 4 * i + 4)
    rotate(turn, model.comM.slice(3 * i, 3 * i + 3), centre)
    energy += model.massKg[i]! * 9.81 * (kinematics.linkPosition[3 * i + 2]! + centre[2]!)
  }
  return energy
}

/** Torque that holds joint `i` against gravity: the slope of the potential energy, by differences. */
function holdingTorque(q: Float64Array, i: number): number {
  const step = 1e-5
  const up = q.slice()
  const down = q.slice()
  up[i]! += step
  down[i]! -= step
  return (potential(up) - potential(down)) / (2 * step)
}

/** Third action value that asks for a height of the commanded tip. */
const actionForHeight = (z: number) => (z - action.height.centreM) / action.height.spanM

/** A pose with the tip 22 cm ahead and 3 cm above the table. */
const startPose = (() => {
  const controller = new ToolController(model, action)
  controller.reset(model.restPose)
  for (let k = 0; k < 20; k++) controller.step([0, 0, actionForHeight(0.03)], 0, model.restPose)
  return controller.commandQ
})()

function controllerAtRest(changes: Partial<ToolAction> = {}): ToolController {
  const controller = new ToolController(model, { ...action, ...changes })
  controller.reset(startPose)
  return controller
}

describe('a tool controller begins', () => {
  it('where the measured tip is, without trim or previous action', () => {
    const controller = controllerAtRest()
    for (let k = 0; k < 30; k++) {
      controller.step([1, 0.5, 0], 0, startPose)
    }
    expect(Math.hypot(...controller.trim)).toBeGreaterThan(0)
    const q = Float64Array.from(model.restPose, (value, i) => value + 0.03 * (i % 2))
    expect(controller.reset(q)).toBe(true)
    const tip = tipOf(q)
    for (let i = 0; i < 3; i++) {
      expect(controller.measuredTip[i]).toBe(tip[i])
      expect(controller.commandedTip[i]).toBe(tip[i])
    }
    expect([...controller.trim]).toEqual(new Array(NUM_JOINTS).fill(0))
    expect([...controller.previousAction]).toEqual([0, 0, 0])
  })

  it('at the highest height it may command when the measured tip is above it', () => {
    const controller = new ToolController(model, {
      ...action,
      height: { ...action.height, maxM: 0.04 },
    })
    const tip = tipOf(model.restPose)
    expect(tip[2]).toBeGreaterThan(0.05)
    controller.reset(model.restPose)
    expect([...controller.commandedTip]).toEqual([tip[0], tip[1], 0.04])
    expect(controller.measuredTip[2]).toBe(tip[2])
  })
})

describe('the set-point of a tool controller', () => {
  it('is the joints of the commanded tip plus gravity torque over stiffness, on the named joints', () => {
    const controller = controllerAtRest({ trim: { ...action.trim, gain: 0 } })
    const stream = new RandomStream(1)
    for (let k = 0; k < 40; k++) {
      const values = [stream.between(-1, 1), stream.between(-1, 1), stream.between(-1, 1)]
      controller.step(values, 0, controller.setpoint)
      const { commandQ, commandedTip, setpoint } = controller
      const reached = tipOf(commandQ)
      for (let i = 0; i < 3; i++) expect(reached[i]).toBeCloseTo(commandedTip[i]!, 3)
      for (let i = 0; i < NUM_JOINTS; i++) {
        const isFed = action.feedForwardJoints.includes(model.jointNames[i]!)
        const sag = isFed ? holdingTorque(commandQ, i) / model.stiffnessNmPerRad[i]! : 0
        expect(setpoint[i]! - commandQ[i]!).toBeCloseTo(sag, 6)
      }
    }
  })

  it('leans the tool outward by the radius, straight down near the base', () => {
    // so101: nothing up to 0.21 m, then 45° per 0.17 m, at most 1.2 times that.
    expect(leanAt(action, 0.1)).toBe(0)
    expect(leanAt(action, 0.21)).toBe(0)
    expect(leanAt(action, 0.295)).toBeCloseTo(Math.PI / 8, 12)
    expect(leanAt(action, 2)).toBeCloseTo((1.2 * Math.PI) / 4, 12)
    const controller = controllerAtRest()
    for (let k = 0; k < 12; k++) controller.step([1, 0, 1], 0, model.restPose)
    const kinematics = new ArmKinematics(model)
    kinematics.forward(controller.commandQ)
    const radius = Math.hypot(
      controller.commandedTip[0]! - model.originPosition[0]!,
      controller.commandedTip[1]! - model.originPosition[1]!,
    )
    const lean = Math.acos(-kinematics.approach[2]!)
    expect(leanAt(action, radius)).toBeGreaterThan(0.2)
    expect(lean).toBeCloseTo(leanAt(action, radius), 1)
  })
})

describe('the commanded tip', () => {
  it('moves by step times action sideways, and straight to the height asked for', () => {
    const controller = controllerAtRest()
    const [x, y] = controller.commandedTip
    // 0.6 and 0.3 of 8 mm are 4.8 mm forward and 2.4 mm left, 5.4 mm together; 4 mm of height is below 6.
    const z = controller.commandedTip[2]! + 0.004
    controller.step([0.6, 0.3, actionForHeight(z)], 0, startPose)
    expect(controller.commandedTip[0]).toBeCloseTo(x! + 0.0048, 9)
    expect(controller.commandedTip[1]).toBeCloseTo(y! + 0.0024, 9)
    expect(controller.commandedTip[2]).toBeCloseTo(z, 9)
  })

  it('shortens a diagonal step to one step, and a change of height to its own', () => {
    const controller = controllerAtRest()
    const before = controller.commandedTip.slice()
    // 8 mm both ways would be 11.3 mm: each becomes 8 mm / √2. Down by 6 mm of the 40 mm asked for.
    controller.step([1, 1, actionForHeight(before[2]! - 0.04)], 0, model.restPose)
    expect(controller.commandedTip[0]! - before[0]!).toBeCloseTo(0.008 / Math.SQRT2, 9)
    expect(controller.commandedTip[1]! - before[1]!).toBeCloseTo(0.008 / Math.SQRT2, 9)
    expect(controller.commandedTip[2]! - before[2]!).toBeCloseTo(-0.006, 9)
  })

  it('clips actions to ±1 and remembers them clipped', () => {
    const wild = controllerAtRest()
    const tame = controllerAtRest()
    wild.step([7, -9, 3], 0, model.restPose)
    tame.step([1, -1, 1], 0, model.restPose)
    expect(wild.commandedTip).toEqual(tame.commandedTip)
    expect([...wild.previousAction]).toEqual([1, -1, 1])
  })

  it('never travels farther per step than allowed, nor leaves the workspace', () => {
    const { workspace, height, stepM } = action
    const controller = controllerAtRest()
    const stream = new RandomStream(2)
    const before = new Float64Array(3)
    const aim = [0, 0, 0]
    for (let k = 0; k < 1500; k++) {
      // A new direction every 25 steps, so that every border is met.
      if (k % 25 === 0) for (let i = 0; i < 3; i++) aim[i] = stream.between(-1.5, 1.5)
      before.set(controller.commandedTip)
      controller.step(aim, 0, controller.setpoint)
      const [x, y, z] = controller.commandedTip as unknown as [number, number, number]
      // On the inner rim (6 cm) a step slides along an arc that bulges by 0.4 %.
      const travel = Math.hypot(x - before[0]!, y - before[1]!)
      expect(travel).toBeLessThanOrEqual(1.004 * stepM)
      expect(Math.abs(z - before[2]!)).toBeLessThanOrEqual(height.stepM + 1e-12)
      const radius = Math.hypot(x - model.originPosition[0]!, y - model.originPosition[1]!)
      expect(radius).toBeGreaterThanOrEqual(workspace.radiusMinM - 1e-9)
      expect(radius).toBeLessThanOrEqual(workspace.radiusMaxM + 1e-5)
      expect(x).toBeGreaterThanOrEqual(workspace.xMinM)
      expect(Math.abs(y)).toBeLessThanOrEqual(workspace.yMaxM)
      expect(z).toBeGreaterThanOrEqual(height.minM - 1e-12)
      expect(z).toBeLessThanOrEqual(height.maxM + 1e-12)
    }
  })

  it('stays where it was when the arm cannot reach on', () => {
    const controller = controllerAtRest({ workspace: { ...action.workspace, radiusMaxM: 2 } })
    const hold = actionForHeight(controller.commandedTip[2]!)
    for (let k = 0; k < 60; k++) controller.step([1, 0, hold], 0, controller.setpoint)
    const stuckAt = controller.commandedTip.slice()
    const stuckQ = controller.commandQ.slice()
    controller.step([1, 0, hold], 0, controller.setpoint)
    expect(controller.commandedTip).toEqual(stuckAt)
    expect(controller.commandQ).toEqual(stuckQ)
    // The arm is 0.43 m long from its first axis; within 2 mm the joints are where the command says.
    expect(stuckAt[0]).toBeGreaterThan(0.38)
    expect(stuckAt[0]).toBeLessThan(0.5)
    const reached = tipOf(controller.commandQ)
    for (let i = 0; i < 3; i++) expect(Math.abs(reached[i]! - stuckAt[i]!)).toBeLessThan(0.002)
  })
})

describe('the trim', () => {
  const lift = model.jointNames.indexOf('shoulder_lift')
  const pan = model.jointNames.indexOf('shoulder_pan')

  /** Steps in place with joints that follow the command plus trim, less a sag on the shoulder. */
  function withSag(sagRad: number, steps: number): ToolController {
    const controller = controllerAtRest()
    const hold = actionForHeight(controller.commandedTip[2]!)
    const measured = new Float64Array(NUM_JOINTS)
    for (let k = 0; k < steps; k++) {
      for (let i = 0; i < NUM_JOINTS; i++)
        measured[i] = controller.commandQ[i]! + controller.trim[i]!
      measured[lift]! -= sagRad
      controller.step([0, 0, hold], 0, measured)
    }
    return controller
  }

  it('takes up a constant sag by its gain each step', () => {
    // Error left after k steps: sag · (1 - gain)^k, gain 0.05.
    const sag = 0.03
    expect(withSag(sag, 1).trim[lift]).toBeCloseTo(0.05 * sag, 6)
    expect(withSag(sag, 20).trim[lift]).toBeCloseTo(sag * (1 - 0.95 ** 20), 4)
    expect(withSag(sag, 200).trim[lift]).toBeCloseTo(sag, 4)
  })

  it('is part of the set-point', () => {
    const trimmed = withSag(0.03, 100)
    const plain = withSag(0, 100)
    const difference = trimmed.setpoint[lift]! - plain.setpoint[lift]!
    expect(difference).toBeCloseTo(trimmed.trim[lift]! - plain.trim[lift]!, 9)
  })

  it('stops at its limit', () => {
    expect(withSag(0.1, 400).trim[lift]).toBe(action.trim.maxRad)
    expect(withSag(-0.1, 400).trim[lift]).toBe(-action.trim.maxRad)
  })

  it('ignores errors that are motion rather than sag, and joints that are not listed', () => {
    expect(withSag(0.2, 50).trim[lift]).toBe(0)
    expect(withSag(0.05, 50).trim[pan]).toBe(0)
  })

  it('leaves a joint alone that follows the command as the lag model says', () => {
    const controller = controllerAtRest()
    const lagged = controller.commandQ.slice()
    const seen = [lagged.slice(), lagged.slice()]
    for (let k = 0; k < 40; k++) {
      // The joints of step k are those of the lag model two commands before.
      controller.step([0.7, 0.2, 0.3], 0, seen[k]!)
      for (let i = 0; i < NUM_JOINTS; i++) {
        lagged[i]! += action.trim.lagAlpha * (controller.commandQ[i]! - lagged[i]!)
      }
      seen.push(lagged.slice())
    }
    for (let i = 0; i < NUM_JOINTS; i++) expect(controller.trim[i]).toBeCloseTo(0, 12)
  })
})

describe('a tool controller refuses', () => {
  it('a joint name that the arm does not have, and lists those it has', () => {
    const wrong = { ...action, feedForwardJoints: ['elbow'] }
    expect(() => new ToolController(model, wrong)).toThrow(/no active joint 'elbow'.*/)
  })
})
