import { describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { toolHeft } from '../../../robot/model/tool-heft.ts'
import { pendulum } from './pendulum.ts'

describe('the heft of a tool point', () => {
  it("is a pendulum's mass at its tool point, and its rotor's inertia over the square of its arm", () => {
    // 2 kg at 0.5 m; a rotor of 0.5 kg m² is as hard to turn as 2 kg more there.
    expect(toolHeft(pendulum())).toBeCloseTo(2, 9)
    expect(toolHeft(pendulum({ armatureKgM2: Float64Array.of(0.5) }))).toBeCloseTo(4, 9)
  })

  it('grows with the arm: a Koch, an SO-101, a Panda', () => {
    const heftOf = (name: string) => toolHeft(compileArm(loadArmDescription(name)))
    expect(heftOf('koch')).toBeLessThan(0.25 * heftOf('so101'))
    expect(heftOf('panda')).toBeGreaterThan(3 * heftOf('so101'))
  })
})
