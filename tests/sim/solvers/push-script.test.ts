import { beforeEach, describe, expect, it } from 'vitest'
import { createControlSpec, observationOffset, observationSize } from '../../../robot/io/spec.ts'
import { PushScript } from '../../../sim/solvers/push-script.ts'
import { model, onArm } from '../push-setup.ts'

const spec = createControlSpec(model, onArm.control)
const { stepM, height } = onArm.control.action

/** An ideal world: the tip is where it is commanded, the object a disc that the tip pushes ahead. */
class IdealTable {
  readonly tip = [0.2, 0.1, 0.05]
  readonly object = [0.2, 0]
  readonly goal = [0.28, 0.06]
  private readonly observation = new Float32Array(observationSize(spec))

  observe(): Float32Array {
    const { observation } = this
    observation.set(this.tip, observationOffset(spec, 'commandedTool'))
    observation.set(this.object, observationOffset(spec, 'objectPosition'))
    observation.set(this.goal, observationOffset(spec, 'goalPosition'))
    return observation
  }

  act(action: Float32Array): void {
    this.tip[0]! += stepM * action[0]!
    this.tip[1]! += stepM * action[1]!
    const wanted = height.centreM + height.spanM * action[2]!
    this.tip[2]! += Math.max(-stepM, Math.min(stepM, wanted - this.tip[2]!))
    const dx = this.object[0]! - this.tip[0]!
    const dy = this.object[1]! - this.tip[1]!
    const away = Math.hypot(dx, dy)
    const reach = onArm.objects[0]!.halfSizeM[0] + model.tool.tipRadiusM
    if (this.tip[2]! > 2 * onArm.objects[0]!.halfSizeM[2] || away >= reach) return
    this.object[0]! += (dx / away) * (reach - away)
    this.object[1]! += (dy / away) * (reach - away)
  }

  get distanceM(): number {
    return Math.hypot(this.object[0]! - this.goal[0]!, this.object[1]! - this.goal[1]!)
  }
}

describe('the scripted pusher', () => {
  const script = new PushScript(spec, onArm, model.tool.tipRadiusM)
  const action = new Float32Array(3)
  beforeEach(() => script.reset())

  it('brings a disc on an ideal table to its goal', () => {
    const table = new IdealTable()
    for (let step = 0; step < 200; step++) {
      script.act(table.observe(), 0, action, 0)
      table.act(action)
    }
    expect(table.distanceM).toBeLessThan(0.02)
  })

  it('passes over the object instead of through it on its way behind', () => {
    const table = new IdealTable()
    // Goal on the tip's side of the object: behind is on the far side.
    table.goal[0] = 0.2
    table.goal[1] = 0.14
    table.tip[1] = 0.08
    let step = 0
    for (; table.tip[1]! > -0.05 && step < 100; step++) {
      script.act(table.observe(), 0, action, 0)
      table.act(action)
      expect(table.object).toEqual([0.2, 0])
    }
    expect(step).toBeLessThan(40)
  })

  it('always stays within the range of an action', () => {
    const table = new IdealTable()
    for (let step = 0; step < 100; step++) {
      script.act(table.observe(), 0, action, 0)
      table.act(action)
      for (const value of action) expect(Math.abs(value)).toBeLessThanOrEqual(1)
    }
  })

  it('begins anew after a reset', () => {
    const log = () => {
      const table = new IdealTable()
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
    const observation = new IdealTable().observe()
    script.act(observation, 0, action, 0)
    const shifted = new Float32Array(observation.length + 5)
    shifted.set(observation, 5)
    const out = new Float32Array(8).fill(9)
    script.reset()
    script.act(shifted, 5, out, 4)
    expect([...out]).toEqual([9, 9, 9, 9, ...action, 9])
  })
})
