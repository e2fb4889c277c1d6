import { describe, expect, it } from 'vitest'
import { leanAt } from '../../../robot/io/tool-controller.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'
import { pushArea } from '../../../sim/tasks/pushing.ts'
import { model, onArm } from '../push-setup.ts'

const area = pushArea({ model, onArm })

function missM(x: number, y: number): number {
  const q = model.restPose.slice()
  const lean = leanAt(onArm.control.action, Math.hypot(x - model.originPosition[0]!, y))
  const ik = createToolIk(model, { iterations: 100 })
  return ik.solve({ x, y, z: onArm.parameters.pushHeightM }, lean, q)
}

describe('the area of a pushing task', () => {
  it('has only places that the tip reaches from all round', () => {
    const stream = new RandomStream(1)
    const place = new Float64Array(2)
    for (let k = 0; k < 20; k++) {
      area.sample(stream, 0, 0, 0, place)
      const [x, y] = place as unknown as [number, number]
      expect(x).toBeGreaterThanOrEqual(onArm.area.xM[0])
      expect(x).toBeLessThanOrEqual(onArm.area.xM[1])
      expect(Math.abs(y)).toBeLessThanOrEqual(onArm.area.yM[1])
      for (let i = 0; i < 12; i++) {
        const angle = (Math.PI * i) / 6
        const ring = onArm.parameters.reachRingM
        // Within the centimetre of the grid.
        expect(missM(x + ring * Math.cos(angle), y + ring * Math.sin(angle))).toBeLessThan(0.01)
      }
    }
  })

  it('excludes places out of reach and under the base', () => {
    expect(area.contains(0.25, 0)).toBe(true)
    expect(area.contains(0.6, 0)).toBe(false)
    expect(area.contains(-0.3, 0)).toBe(false)
    expect(area.contains(Number.NaN, 0)).toBe(false)
  })

  it('samples the whole of it, evenly left and right', () => {
    const stream = new RandomStream(2)
    const place = new Float64Array(2)
    let left = 0
    let far = 0
    for (let k = 0; k < 1000; k++) {
      area.sample(stream, 0, 0, 0, place)
      if (place[1]! > 0) left++
      if (place[0]! > 0.24) far++
    }
    // ± 4 standard deviations of a fair coin thrown 1,000 times: 4 · √250 = 63.
    expect(Math.abs(left - 500)).toBeLessThan(63)
    expect(far).toBeGreaterThan(250)
  })

  it('keeps the distance it is asked for', () => {
    const stream = new RandomStream(3)
    const place = new Float64Array(2)
    for (let k = 0; k < 300; k++) {
      area.sample(stream, 0.22, 0.02, 0.12, place)
      expect(Math.hypot(place[0]! - 0.22, place[1]! - 0.02)).toBeGreaterThanOrEqual(0.12)
    }
  })

  it('says so when there is no such place', () => {
    expect(() => area.sample(new RandomStream(4), 0.22, 0, 1, new Float64Array(2))).toThrow(
      /no place 1 m away/,
    )
  })
})
