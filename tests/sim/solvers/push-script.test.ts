import { beforeEach, describe, expect, it } from 'vitest'
import { createControlSpec, observationOffset, observationSize } from '../../../robot/io/spec.ts'
import { bringIntoWorkspace } from '../../../robot/io/workspace.ts'
import { PushScript } from '../../../sim/solvers/push-script.ts'
import { model, onArm } from '../push-setup.ts'

const spec = createControlSpec(model, onArm.control)
const { stepM, height, workspace } = onArm.control.action
const TOP_M = 2 * onArm.objects[0]!.halfSizeM[2]
const REACH_M = onArm.objects[0]!.halfSizeM[0] + model.tool.tipRadiusM

/** A simple world: the tip goes where it is commanded, the object is a disc that the tip pushes ahead. */
class SimpleTable {
  readonly tip = [0.2, 0.1, 0.05]
  readonly commanded = [...this.tip]
  readonly object = [0.2, 0]
  readonly goal = [0.28, 0.06]
  /** Distances from object to tip whenever the tip came down past the object's top [m]. */
  readonly landingsM: number[] = []
  private readonly share: number
  private readonly observation = new Float32Array(observationSize(spec))

  /** @param share - of its way to the commanded place that the tip goes in a step: less than 1 is a lag */
  constructor(share = 1) {
    this.share = share
  }

  observe(): Float32Array {
    const { observation } = this
    observation.set(this.tip, observationOffset(spec, 'toolPosition'))
    observation.set(this.commanded, observationOffset(spec, 'commandedTool'))
    observation.set(this.object, observationOffset(spec, 'objectPosition'))
    observation.set(this.goal, observationOffset(spec, 'goalPosition'))
    return observation
  }

  act(action: Float32Array): void {
    const { commanded, tip, object } = this
    const place = {
      x: commanded[0]! + stepM * action[0]!,
      y: commanded[1]! + stepM * action[1]!,
    }
    bringIntoWorkspace(workspace, model.originPosition, place)
    const wanted = height.centreM + height.spanM * action[2]!
    const z = commanded[2]! + Math.max(-stepM, Math.min(stepM, wanted - commanded[2]!))
    commanded.splice(0, 3, place.x, place.y, z)
    const wasAbove = tip[2]! > TOP_M
    for (let i = 0; i < 3; i++) tip[i]! += this.share * (commanded[i]! - tip[i]!)
    const dx = object[0]! - tip[0]!
    const dy = object[1]! - tip[1]!
    const away = Math.hypot(dx, dy)
    if (tip[2]! > TOP_M) return
    if (wasAbove) this.landingsM.push(away)
    if (away >= REACH_M) return
    object[0]! += (dx / away) * (REACH_M - away)
    object[1]! += (dy / away) * (REACH_M - away)
  }

  get distanceM(): number {
    return Math.hypot(this.object[0]! - this.goal[0]!, this.object[1]! - this.goal[1]!)
  }
}

describe('the scripted pusher', () => {
  const script = new PushScript(spec, onArm, model)
  const action = new Float32Array(3)
  beforeEach(() => script.reset())

  it('brings a disc on a simple table to its goal', () => {
    const table = new SimpleTable()
    for (let step = 0; step < 200; step++) {
      script.act(table.observe(), 0, action, 0)
      table.act(action)
    }
    expect(table.distanceM).toBeLessThan(0.02)
  })

  it('does not take the lag of a slow arm for a fault of its zeros, and lands on nothing', () => {
    // 0.2 s behind: 3 cm at the speed of pushing.
    const table = new SimpleTable(0.2)
    for (const goal of [
      [0.28, 0.1],
      [0.24, -0.1],
      [0.18, 0.08],
    ]) {
      table.goal.splice(0, 2, ...goal)
      for (let step = 0; step < 250; step++) {
        script.act(table.observe(), 0, action, 0)
        table.act(action)
      }
      expect(table.distanceM).toBeLessThan(0.03)
    }
    expect(table.landingsM.length).toBeGreaterThanOrEqual(3)
    for (const away of table.landingsM) expect(away).toBeGreaterThan(REACH_M)
  })

  it('comes down as far behind an object as the arm reaches', () => {
    const table = new SimpleTable()
    // 5 mm of room between the edge of the workspace and where the tip touches it: less than it likes.
    const edgeM = model.originPosition[0]! + workspace.radiusMaxM
    table.object[0] = edgeM - REACH_M - 0.005
    table.goal[1] = 0
    for (let step = 0; step < 250; step++) {
      script.act(table.observe(), 0, action, 0)
      table.act(action)
    }
    expect(table.distanceM).toBeLessThan(0.02)
  })

  it('passes over the object instead of through it on its way behind', () => {
    const table = new SimpleTable()
    // Goal on the tip's side of the object: behind is on the far side.
    table.goal[0] = 0.2
    table.goal[1] = 0.14
    table.tip[1] = 0.08
    table.commanded[1] = 0.08
    let step = 0
    for (; table.tip[1]! > -0.05 && step < 100; step++) {
      script.act(table.observe(), 0, action, 0)
      table.act(action)
      expect(table.object).toEqual([0.2, 0])
    }
    expect(step).toBeLessThan(40)
  })

  it('always stays within the range of an action', () => {
    const table = new SimpleTable()
    for (let step = 0; step < 100; step++) {
      script.act(table.observe(), 0, action, 0)
      table.act(action)
      for (const value of action) expect(Math.abs(value)).toBeLessThanOrEqual(1)
    }
  })

  it('begins anew after a reset', () => {
    const log = () => {
      const table = new SimpleTable()
      return Array.from({ length: 60 }, () => {
        script.act(table.observe(), 0, action, 0)
        table.act(action)
        return [...action]
      })
    }
    const first = log()
    script.reset()
    expect(log()).toEqual(first)
  })

  it('reads and writes at the offsets it is given', () => {
    const observation = new SimpleTable().observe()
    script.act(observation, 0, action, 0)
    const shifted = new Float32Array(observation.length + 5)
    shifted.set(observation, 5)
    const out = new Float32Array(8).fill(9)
    script.reset()
    script.act(shifted, 5, out, 4)
    expect([...out]).toEqual([9, 9, 9, 9, ...action, 9])
  })
})
