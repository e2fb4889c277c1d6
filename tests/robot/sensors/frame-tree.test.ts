import { describe, expect, it } from 'vitest'
import { yawOf } from '../../../robot/model/pose.ts'
import { FrameTree } from '../../../robot/sensors/frame-tree.ts'
import type { Place } from '../../../robot/sensors/place.ts'

const HALF = Math.SQRT1_2
/** A quarter turn about z. */
const QUARTER = [0, 0, HALF, HALF]
const NONE = [0, 0, 0, 1]
const at = (position: number[], quaternion = NONE): Place => ({ position, quaternion })
const treeOf = (...bases: string[]) => new FrameTree(bases, () => 0)
const rounded = ({ position, quaternion }: Place) => ({
  position: Array.from(position, (x) => Math.round(x * 1e12) / 1e12 + 0),
  quaternion: Array.from(quaternion, (x) => Math.round(x * 1e12) / 1e12 + 0),
})

describe('a tree of frames', () => {
  it('leaves poses of the base as they are, by any of its names', () => {
    const tree = treeOf('', 'base')
    expect(tree.toBase('base', at([1, 2, 3]), 1)).toEqual(at([1, 2, 3]))
    expect(tree.toBase('', at([1, 2, 3]), 1)).toEqual(at([1, 2, 3]))
  })

  it('turns and moves a pose of a frame that is fixed in the base', () => {
    const tree = treeOf('base')
    tree.fix('camera', at([0.5, 0, 1], QUARTER))
    // x of the camera is y of the base.
    expect(rounded(tree.toBase('camera', at([0.1, 0.2, 0]), 1)!)).toEqual(
      rounded(at([0.5 - 0.2, 0.1, 1], QUARTER)),
    )
  })

  it('follows a chain of messages', () => {
    const tree = treeOf('base')
    tree.move('tag', 'camera', at([0.1, 0, 0]), 1)
    expect(tree.toBase('tag', at([0, 0, 0]), 1)).toBeNull()
    tree.fix('camera', at([0, 0, 1], QUARTER))
    expect(rounded(tree.toBase('tag', at([0, 0, 0]), 1)!).position).toEqual([0, 0.1, 1])
  })

  it('takes the newest transform, and none for what is fixed', () => {
    const tree = treeOf('base')
    tree.move('tag', 'base', at([2, 0, 0]), 2)
    tree.move('tag', 'base', at([1, 0, 0]), 1)
    expect(tree.toBase('tag', at([0, 0, 0]), 2)!.position[0]).toBe(2)
    tree.fix('camera', at([3, 0, 0]))
    tree.move('camera', 'base', at([4, 0, 0]), 9)
    expect(tree.toBase('camera', at([0, 0, 0]), 9)!.position[0]).toBe(3)
  })

  it('gives up on frames that hold each other', () => {
    const tree = treeOf('base')
    tree.move('a', 'b', at([1, 0, 0]), 1)
    tree.move('b', 'a', at([1, 0, 0]), 1)
    expect(tree.toBase('a', at([0, 0, 0]), 1)).toBeNull()
  })
})

describe('a frame that moves', () => {
  /** Along x at 0.3 m/s while it turns about z at 1 rad/s, told 50 times a second from 10 s to 11 s. */
  function moved() {
    const time = { nowS: 0 }
    const tree = new FrameTree(['base'], () => time.nowS)
    for (let k = 0; k <= 50; k++) {
      const t = k / 50
      time.nowS = 10 + t
      // Either sign is the same turn.
      const sign = k % 2 === 0 ? 1 : -1
      const turn = [0, 0, sign * Math.sin(t / 2), sign * Math.cos(t / 2)]
      tree.move('hand', 'base', at([0.3 * t, 0, 0], turn), 10 + t)
    }
    const look = (stampS: number) => tree.toBase('hand', at([0, 0, 0]), stampS)
    return { time, tree, look }
  }

  it('is where it was at the time of the pose, also between two transforms', () => {
    const { look } = moved()
    for (const t of [0, 0.4, 0.51, 0.907, 1]) {
      const { position, quaternion } = look(10 + t)!
      expect(position[0]).toBeCloseTo(0.3 * t, 9)
      expect(yawOf(quaternion)).toBeCloseTo(t, 6)
    }
  })

  it('is nowhere before it was first seen and long after it was last seen', () => {
    const { look } = moved()
    expect(look(9.9)).toBeNull()
    expect(look(11.2)!.position[0]).toBeCloseTo(0.3, 12)
    expect(look(11.6)).toBeNull()
  })

  it('is where it was last seen for what has no stamp, as long as it is seen', () => {
    const { look, time } = moved()
    expect(look(0)!.position[0]).toBeCloseTo(0.3, 12)
    time.nowS = 11.6
    expect(look(0)).toBeNull()
  })

  it('without a clock of its own is where it was last seen, as long as it is seen', () => {
    const time = { nowS: 5 }
    const tree = new FrameTree(['base'], () => time.nowS)
    for (const x of [1, 2]) tree.move('hand', 'base', at([x, 0, 0]), 0)
    expect(tree.toBase('hand', at([0, 0, 0]), 100)!.position[0]).toBe(2)
    time.nowS = 5.6
    expect(tree.toBase('hand', at([0, 0, 0]), 100)).toBeNull()
  })

  it('is remembered for a second, however often it is told', () => {
    const tree = new FrameTree(['base'], () => 0)
    for (let k = 0; k <= 5000; k++) tree.move('hand', 'base', at([k / 1000, 0, 0]), 10 + k / 1000)
    const look = (stampS: number) => tree.toBase('hand', at([0, 0, 0]), stampS)!.position[0]
    expect(look(15)).toBeCloseTo(5, 12)
    expect(look(14.0005)).toBeCloseTo(4.0005, 9)
  })
})

describe('a frame that stands still', () => {
  it('is there at any time, and is not moved', () => {
    const tree = treeOf('base')
    tree.hold('/camera', '/base', at([1, 0, 0]), 5)
    tree.move('camera', 'base', at([2, 0, 0]), 6)
    for (const stampS of [0, 1, 5, 1e9]) {
      expect(tree.toBase('camera', at([0, 0, 0]), stampS)!.position[0]).toBe(1)
    }
    tree.hold('camera', 'base', at([3, 0, 0]), 7)
    expect(tree.toBase('camera', at([0, 0, 0]), 5)!.position[0]).toBe(3)
  })

  it('carries one that moves', () => {
    const tree = treeOf('base')
    tree.hold('table', 'base', at([1, 0, 0], QUARTER), 5)
    for (const t of [6, 6.1]) tree.move('hand', 'table', at([t, 0, 0]), t)
    // x of the table is y of the base.
    expect(rounded(tree.toBase('hand', at([0, 0, 0]), 6.05)!).position).toEqual([1, 6.05, 0])
  })
})
