import { describe, expect, it } from 'vitest'
import { FrameTree, type Place } from '../../../robot/sensors/frame-tree.ts'

const HALF = Math.SQRT1_2
/** A quarter turn about z. */
const QUARTER = [0, 0, HALF, HALF]
const NONE = [0, 0, 0, 1]
const at = (position: number[], quaternion = NONE): Place => ({ position, quaternion })
const rounded = ({ position, quaternion }: Place) => ({
  position: Array.from(position, (x) => Math.round(x * 1e12) / 1e12 + 0),
  quaternion: Array.from(quaternion, (x) => Math.round(x * 1e12) / 1e12 + 0),
})

describe('a tree of frames', () => {
  it('leaves poses of the base as they are, by any of its names', () => {
    const tree = new FrameTree(['', 'base'])
    expect(tree.toBase('base', at([1, 2, 3]))).toEqual(at([1, 2, 3]))
    expect(tree.toBase('', at([1, 2, 3]))).toEqual(at([1, 2, 3]))
  })

  it('turns and moves a pose of a frame that is fixed in the base', () => {
    const tree = new FrameTree(['base'])
    tree.fix('camera', at([0.5, 0, 1], QUARTER))
    // x of the camera is y of the base.
    expect(rounded(tree.toBase('camera', at([0.1, 0.2, 0]))!)).toEqual(
      rounded(at([0.5 - 0.2, 0.1, 1], QUARTER)),
    )
  })

  it('follows a chain of messages', () => {
    const tree = new FrameTree(['base'])
    tree.move('tag', 'camera', at([0.1, 0, 0]), 1)
    expect(tree.toBase('tag', at([0, 0, 0]))).toBeNull()
    tree.fix('camera', at([0, 0, 1], QUARTER))
    expect(rounded(tree.toBase('tag', at([0, 0, 0]))!).position).toEqual([0, 0.1, 1])
  })

  it('takes the newest transform, and none for what is fixed', () => {
    const tree = new FrameTree(['base'])
    tree.move('tag', 'base', at([2, 0, 0]), 2)
    tree.move('tag', 'base', at([1, 0, 0]), 1)
    expect(tree.toBase('tag', at([0, 0, 0]))!.position[0]).toBe(2)
    tree.fix('camera', at([3, 0, 0]))
    tree.move('camera', 'base', at([4, 0, 0]), 9)
    expect(tree.toBase('camera', at([0, 0, 0]))!.position[0]).toBe(3)
  })

  it('gives up on frames that hold each other', () => {
    const tree = new FrameTree(['base'])
    tree.move('a', 'b', at([1, 0, 0]), 1)
    tree.move('b', 'a', at([1, 0, 0]), 1)
    expect(tree.toBase('a', at([0, 0, 0]))).toBeNull()
  })
})
