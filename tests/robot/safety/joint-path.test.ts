import { describe, expect, it } from 'vitest'
import { findJointPath, type IsFree } from '../../../robot/safety/joint-path.ts'

const from = Float64Array.of(0, 0, 0)
const aim = Float64Array.of(1, 1, 1)
const plain = (path: Float64Array[] | null) => path?.map((pose) => [...pose]) ?? null

/** Free where no pose on the way has the first joint ahead of the second. */
const secondFirst: IsFree = (a, b) => {
  for (let k = 0; k <= 10; k++) {
    const at = (i: number) => a[i]! + ((b[i]! - a[i]!) * k) / 10
    if (at(0) > at(1) - 0.1 && at(0) > 0.05) return at(1) === 1 && at(0) <= 1
  }
  return true
}

describe('findJointPath', () => {
  it('goes straight where it can', () => {
    expect(plain(findJointPath(from, aim, () => true))).toEqual([[1, 1, 1]])
  })

  it('moves one joint after the other in an order that is free', () => {
    const path = findJointPath(from, aim, (a, b) => {
      const numMoved = b.filter((value, i) => value !== a[i]).length
      return numMoved === 1 && secondFirst(a, b)
    })
    expect(path).not.toBeNull()
    const order = path!.map((pose, k) => {
      const before = k === 0 ? from : path![k - 1]!
      return pose.findIndex((value, i) => value !== before[i])
    })
    expect(new Set(order).size).toBe(3)
    expect(order.indexOf(1)).toBeLessThan(order.indexOf(0))
    expect([...path!.at(-1)!]).toEqual([1, 1, 1])
  })

  it('says when there is no way, after looking at each pose once', () => {
    let asked = 0
    const isFree: IsFree = (_, to) => {
      asked++
      return to[2] === 0
    }
    expect(findJointPath(from, aim, isFree)).toBeNull()
    expect(asked).toBeLessThan(20)
  })
})
