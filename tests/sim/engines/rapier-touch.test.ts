import { describe, expect, it } from 'vitest'
import { puckPhysics } from '../../../bridge/bench/fidelity/scenes/table-world.ts'
import { TipTableContact } from '../../../sim/engines/rapier-table.ts'
import { TipTouch } from '../../../sim/engines/rapier-touch.ts'
import { TIP_TABLE_CONTACT } from '../../../sim/scene/tip.ts'

/** Axis from 10 to 60 mm behind the tool point. */
const CAPSULE = { radiusM: 0.01, halfAxisM: 0.025, centreBackM: 0.035 }
const IDENTITY = Float64Array.of(0, 0, 0, 1)
const CENTRE = Float64Array.of(0, 0, 0.018)

function touchAt(tip: number[], approach: number[], quaternion = IDENTITY): number {
  const touch = new TipTouch(CAPSULE)
  touch.reset(puckPhysics({}).objects)
  const length = Math.hypot(...approach)
  const unit = Float64Array.from(approach, (c) => c / length)
  const out = new Float64Array(1)
  touch.find(Float64Array.from(tip), unit, [{ position: CENTRE, quaternion }], out)
  return out[0]!
}

describe('the place where a finger touches the puck', () => {
  it('is the mid-height of the puck for an upright finger', () => {
    expect(touchAt([-0.04, 0, -0.012], [0, 0, -1])).toBeCloseTo(0.03, 2)
  })

  it('is the rounded end where the finger ends above the mid-height, or stands on the puck', () => {
    expect(touchAt([-0.04, 0, 0.012], [0, 0, -1])).toBeCloseTo(0.01, 3)
    expect(touchAt([0.01, 0, 0.036], [0, 0, -1])).toBeCloseTo(0.01, 3)
  })

  it('is the upper edge for a finger that leans over the puck', () => {
    // The axis runs through (-45 mm, 0, 0) and leans by 30° over the edge at (-30, 36) mm. Nearest to it:
    // its foot, (15, 36) · (sin, cos) 30° = 38.7 mm up the axis, whose start is 0 mm behind the end.
    const lean = Math.PI / 6
    const end = [-0.045, 0, 0]
    const out = [-Math.sin(lean), 0, -Math.cos(lean)]
    const tip = end.map((c, i) => c + 0.01 * out[i]!)
    const expected = 0.01 + 0.015 * Math.sin(lean) + 0.036 * Math.cos(lean)
    expect(touchAt(tip, out)).toBeCloseTo(expected, 2)
  })

  it('is nearest where a finger that leans sideways crosses the puck, however the puck is turned', () => {
    // Leans along y at x = -40 mm and crosses y = 0 at 30 mm behind the tool point.
    const lean = 0.5
    const tip = [-0.04, -0.03 * Math.sin(lean), 0.02 - 0.03 * Math.cos(lean)]
    const out = [0, -Math.sin(lean), -Math.cos(lean)]
    expect(touchAt(tip, out)).toBeCloseTo(0.03, 3)
    const turned = Float64Array.of(0, 0, Math.sin(0.7), Math.cos(0.7))
    expect(touchAt(tip, out, turned)).toBeCloseTo(touchAt(tip, out), 6)
  })
})

describe("the table's force on the tip", () => {
  const DT = 0.008
  const K = TIP_TABLE_CONTACT.stiffnessNPerM
  const contactWith = (table: object) => {
    const contact = new TipTableContact(0.01, DT)
    contact.reset(puckPhysics(table).table)
    return contact
  }
  const feel = (
    contact: TipTableContact,
    tip: number[],
    velocity: number[],
    approach = [0, 0, -1],
  ) => {
    const arrays = [tip, velocity, approach].map((a) => Float64Array.from(a))
    contact.feel(arrays[0]!, arrays[1]!, arrays[2]!)
    const out = new Float64Array(3)
    contact.addForce(arrays[1]!, out)
    return [...out]
  }
  const forceAt = (table: object, tip: number[], velocity: number[], approach = [0, 0, -1]) =>
    feel(contactWith(table), tip, velocity, approach)

  it('is none above the plane, that of its spring below it, and never pulls', () => {
    expect(forceAt({ heightM: 0.01 }, [0.2, 0, 0.011], [0, 0, -1])).toEqual([0, 0, 0])
    expect(forceAt({ heightM: 0.01 }, [0.2, 0, 0.008], [0, 0, 0])[2]).toBeCloseTo(0.002 * K, 9)
    expect(forceAt({ heightM: 0.01 }, [0.2, 0, 0.008], [0, 0, 0.5])).toEqual([0, 0, 0])
  })

  it('drags with µN against a sliding tip', () => {
    const [x, y, z] = forceAt({}, [0.2, 0, -0.002], [0.6, 0.8, 0])
    expect(z).toBeCloseTo(0.002 * K, 9)
    expect(x).toBeCloseTo(-0.3 * 0.002 * K * 0.6, 9)
    expect(y).toBeCloseTo(-0.3 * 0.002 * K * 0.8, 9)
  })

  it('holds a tip that has come to rest, until it is pulled by more than µN', () => {
    const contact = contactWith({})
    feel(contact, [0.2, 0, -0.001], [0, 0, 0])
    // A tenth of a millimetre to the side, then still: the spring across holds with K · 0.1 mm of 0.3 K · 1 mm.
    const moved = feel(contact, [0.2001, 0, -0.001], [1e-4 / DT, 0, 0])
    expect(moved[0]).toBeLessThan(0)
    const [x, , z] = feel(contact, [0.2001, 0, -0.001], [0, 0, 0])
    expect(x).toBeCloseTo(-1e-4 * K, 6)
    expect(z).toBeCloseTo(1e-3 * K, 6)
    feel(contact, [0.2011, 0, -0.001], [1e-3 / DT, 0, 0])
    expect(feel(contact, [0.2011, 0, -0.001], [0, 0, 0])[0]).toBeCloseTo(-0.3e-3 * K, 6)
  })

  it('stands on the tilted plane', () => {
    // Surface at x = 0.2: 0.2 tan 0.03 = 6.0018 mm. Ball centre 10 mm above a tool point 2 mm below it.
    const tilt = 0.03
    const z = 0.2 * Math.tan(tilt) - 0.002
    const [x, , up] = forceAt({ tiltXRad: tilt }, [0.2, 0, z], [0, 0, 0])
    const depth = 0.01 - (0.01 - 0.002) * Math.cos(tilt)
    expect(up).toBeCloseTo(K * depth * Math.cos(tilt), 6)
    expect(x).toBeCloseTo(-K * depth * Math.sin(tilt), 6)
  })

  it('meets the round end of a leaning finger', () => {
    const lean = 0.5
    const [, , z] = forceAt({}, [0.2, 0, 0], [0, 0, 0], [Math.sin(lean), 0, -Math.cos(lean)])
    expect(z).toBeCloseTo(K * 0.01 * (1 - Math.cos(lean)), 9)
  })
})
