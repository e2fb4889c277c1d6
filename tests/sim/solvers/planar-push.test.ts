import { describe, expect, it } from 'vitest'
import type { ObjectShape } from '../../../sim/scene/object.ts'
import {
  contactPoints,
  distanceToOutline,
  pushPlanar,
  straightPushes,
} from '../../../sim/solvers/planar-push.ts'

const square: ObjectShape = { kind: 'box', halfSizeM: Float64Array.of(0.03, 0.03, 0.02) }
const tee: ObjectShape = { kind: 'tee', halfSizeM: Float64Array.of(0.04, 0.04, 0.015) }

/**
 * The same push by brute force: of all motions that keep the contact on the tip, the one that friction under
 * even pressure opposes least (the principle of least work, exact for a slow push that sticks).
 */
function leastWork(contact: { x: number; y: number }, ux: number, uy: number): number {
  const work = (spin: number) => {
    const vx = ux + spin * contact.y
    const vy = uy - spin * contact.x
    let sum = 0
    const n = 40
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const x = 0.03 * ((2 * i + 1) / n - 1)
        const y = 0.03 * ((2 * j + 1) / n - 1)
        sum += Math.hypot(vx - spin * y, vy + spin * x)
      }
    }
    return sum
  }
  let [low, high] = [-100, 100]
  for (let i = 0; i < 100; i++) {
    const a = low + (high - low) / 3
    const b = high - (high - low) / 3
    if (work(a) < work(b)) high = b
    else low = a
  }
  return (low + high) / 2
}

describe('a slow push', () => {
  it('through the middle moves an object straight on', () => {
    const pose = { x: 0.1, y: 0.2, yaw: 0.3 }
    pushPlanar(pose, { x: -0.03, y: 0, normalX: 1, normalY: 0 }, 0.3, 0.05, 0.023)
    expect(pose.x).toBeCloseTo(0.1 + 0.05 * Math.cos(0.3), 9)
    expect(pose.y).toBeCloseTo(0.2 + 0.05 * Math.sin(0.3), 9)
    expect(pose.yaw).toBeCloseTo(0.3, 9)
  })

  it.each([0.01, 0.02, -0.024])('at %f m aside turns it as least work does', (y) => {
    const contact = { x: -0.03, y, normalX: 1, normalY: 0 }
    const pose = { x: 0, y: 0, yaw: 0 }
    pushPlanar(pose, contact, 0, 1e-4, 0.0765 * 0.3)
    const expected = leastWork(contact, 1, 0)
    // The ellipsoid stands for the true limit surface within some 15 per cent.
    expect(pose.yaw / 1e-4 / expected).toBeGreaterThan(0.85)
    expect(pose.yaw / 1e-4 / expected).toBeLessThan(1.15)
  })

  it('straight into an edge leads to the same places from any pose', () => {
    const contact = { x: 0.01, y: 0.03, normalX: 0, normalY: -1 }
    const outcomes = straightPushes(contact, 0.005, 8, 0.023)
    const pose = { x: 0.2, y: -0.1, yaw: 0.7 }
    pushPlanar(pose, contact, 0.7 - Math.PI / 2, 0.04, 0.023)
    const [x, y, yaw] = outcomes.subarray(21) as unknown as [number, number, number]
    expect(0.2 + x * Math.cos(0.7) - y * Math.sin(0.7)).toBeCloseTo(pose.x, 3)
    expect(-0.1 + x * Math.sin(0.7) + y * Math.cos(0.7)).toBeCloseTo(pose.y, 3)
    expect(0.7 + yaw).toBeCloseTo(pose.yaw, 2)
    expect(yaw).toBeLessThan(-0.1)
  })

  it('does not depend on how it is cut into pieces', () => {
    const contact = { x: -0.03, y: 0.02, normalX: 1, normalY: 0 }
    const whole = { x: 0, y: 0, yaw: 0 }
    pushPlanar(whole, contact, 0, 0.04, 0.023)
    const pieces = { x: 0, y: 0, yaw: 0 }
    for (let i = 0; i < 10; i++) pushPlanar(pieces, contact, 0, 0.004, 0.023)
    expect(pieces.yaw).toBeCloseTo(whole.yaw, 9)
    expect(pieces.x).toBeCloseTo(whole.x, 9)
  })
})

describe('the outline of an object', () => {
  it('has contact points on all sides of a square, pointing inward', () => {
    const points = contactPoints(square, 5)
    expect(points).toHaveLength(20)
    for (const { x, y, normalX, normalY } of points) {
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeCloseTo(0.03, 9)
      expect(x * normalX + y * normalY).toBeLessThan(0)
    }
  })

  it('has none where the stem of a tee meets its bar', () => {
    for (const { x, y, normalX, normalY } of contactPoints(tee, 5)) {
      const away = 1e-3
      expect(distanceToOutline(tee, x - away * normalX, y - away * normalY)).toBeGreaterThan(0)
    }
  })
})
