import { PerspectiveCamera, Vector3 } from 'three'
import { describe, expect, it } from 'vitest'
import { FIELD_OF_VIEW_DEG, gridView } from '../../../../bridge/viewer/page/scene/stage-view.ts'

const HALF = { halfX: 1.4, halfY: 1.2 }
const REACH_M = 0.25

/** Where three's own camera sees the corners of the grid: -1..1 is the picture. */
function corners(aspect: number): Vector3[] {
  const view = gridView({ centre: { x: 0.2, y: -0.1 }, ...HALF }, REACH_M)
  const { target, distanceM } = view.aim(aspect)
  const camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, aspect)
  camera.up.set(0, 0, 1)
  const at = new Vector3(...target)
  const towards = new Vector3(...view.direction).normalize()
  camera.position.copy(at).addScaledVector(towards, distanceM)
  camera.lookAt(at)
  camera.updateMatrixWorld()
  return [-1, 1].flatMap((sx) =>
    [-1, 1].flatMap((sy) =>
      [0, REACH_M].map((z) =>
        new Vector3(0.2 + sx * HALF.halfX, -0.1 + sy * HALF.halfY, z).project(camera),
      ),
    ),
  )
}

describe('the view of a grid', () => {
  it.each([0.6, 1, 1.17, 2.4])('has all of it in a picture of %f, and hardly more', (aspect) => {
    const seen = corners(aspect)
    const widest = Math.max(...seen.map(({ x }) => Math.abs(x)))
    const highest = Math.max(...seen.map(({ y }) => Math.abs(y)))
    expect(Math.max(widest, highest)).toBeLessThan(1)
    expect(Math.max(widest, highest)).toBeGreaterThan(0.9)
  })
})
