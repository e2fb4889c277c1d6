import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RandomStream } from '../../../../robot/model/random.ts'
import { fitHomography } from '../../../../robot/sensors/camera/homography.ts'
import {
  focalLength,
  meetPlane,
  placeCamera,
} from '../../../../robot/sensors/camera/table-camera.ts'
import { TableWatch } from '../../../../robot/sensors/camera/table-watch.ts'
import {
  createTagDetector,
  type GreyImage,
  type TagDetector,
} from '../../../../robot/sensors/camera/tag-detector.ts'
import { matchSheet, placeTag, type SeenTag } from '../../../../robot/sensors/camera/tag-sheet.ts'
import { loadOpenCv } from './load-opencv.ts'

/** Images and truth by OpenCV's projection and warping in Python (tests/golden/tag-images/draw.py). */
const GOLDEN = join(import.meta.dirname, '..', '..', '..', 'golden', 'tag-images')
const TRUTH = JSON.parse(readFileSync(join(GOLDEN, 'truth.json'), 'utf8')) as {
  focalPx: number
  sheetInBase: [number, number, number]
  topM: number
  views: Record<
    string,
    { eyeM: [number, number, number]; object: { xM: number; yM: number; yawRad: number } }
  >
}
const VIEWS = Object.keys(TRUTH.views)
const CENTRE = [320, 240] as const

function readImage(name: string): GreyImage {
  const bytes = gunzipSync(readFileSync(join(GOLDEN, `${name}.pgm.gz`)))
  return { width: 640, height: 480, pixels: new Uint8Array(bytes.subarray(-640 * 480)) }
}

/** With the noise of a camera, standard deviation 2 of 255. */
function noisy(image: GreyImage): GreyImage {
  const random = new RandomStream(5, 0)
  const pixels = image.pixels.map((value) =>
    Math.max(0, Math.min(255, Math.round(value + 2 * random.normal()))),
  )
  return { ...image, pixels }
}

/** A place of the arm's base on the sheet. */
function onSheet({ xM, yM, yawRad }: { xM: number; yM: number; yawRad: number }) {
  const [x, y, yaw] = TRUTH.sheetInBase
  const [dx, dy] = [xM - x, yM - y]
  return {
    xM: Math.cos(yaw) * dx + Math.sin(yaw) * dy,
    yM: -Math.sin(yaw) * dx + Math.cos(yaw) * dy,
    yawRad: Math.atan2(Math.sin(yawRad - yaw), Math.cos(yawRad - yaw)),
  }
}

let detector: TagDetector
let seen: Record<string, SeenTag[]>

beforeAll(async () => {
  const { cv } = await loadOpenCv()
  detector = createTagDetector(cv)
  seen = Object.fromEntries(VIEWS.map((name) => [name, detector.detect(noisy(readImage(name)))]))
}, 60_000)
afterAll(() => detector.close())

describe('a homography', () => {
  it('is that of exact points', () => {
    const plane = [0, 0, 1, 0, 1, 1, 0, 1, 0.3, 0.7]
    const h = [120, 13, 200, -9, 95, 150, 0.2, -0.1, 1]
    const image = Array.from({ length: 5 }, (_, k) => {
      const [x, y] = [plane[2 * k]!, plane[2 * k + 1]!]
      const w = h[6]! * x + h[7]! * y + h[8]!
      return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w]
    }).flat()
    const fitted = fitHomography({ plane, image })!
    fitted.forEach((value, k) => {
      expect(value / fitted[8]!).toBeCloseTo(h[k]!, 6)
    })
  })

  it('does not exist for points on a line, or too few', () => {
    const line = [0, 0, 1, 1, 2, 2, 3, 3]
    expect(fitHomography({ plane: line, image: line })).toBeNull()
    expect(fitHomography({ plane: [0, 0, 1, 0, 0, 1], image: [0, 0, 1, 0, 0, 1] })).toBeNull()
  })
})

describe('a camera over the printed sheet', () => {
  it('finds all tags in every view', () => {
    for (const name of VIEWS) {
      expect(seen[name]!.map(({ id }) => id).sort(), name).toEqual([0, 1, 2, 3, 4])
    }
  })

  it('learns its focal length from three views', () => {
    const views = VIEWS.map((name) => matchSheet(seen[name]!)!)
    expect(focalLength(views, CENTRE)! / TRUTH.focalPx).toBeCloseTo(1, 1.7)
  })

  it('cannot learn it from straight above', () => {
    const plane = [0, 0, 1, 0, 1, 1, 0, 1]
    const above = { plane, image: plane.map((value) => 300 + 100 * value) }
    expect(focalLength([above], CENTRE)).toBeNull()
  })

  it.each(VIEWS)('knows where it stands, view %s', (name) => {
    const camera = placeCamera(matchSheet(seen[name]!)!, CENTRE, TRUTH.focalPx)!
    const [x, y, z] = TRUTH.views[name]!.eyeM
    const eye = onSheet({ xM: x, yM: y, yawRad: 0 })
    expect(Math.hypot(camera.eye[0]! - eye.xM, camera.eye[1]! - eye.yM)).toBeLessThan(0.006)
    expect(Math.abs(camera.eye[2]! - z)).toBeLessThan(0.006)
  })

  it.each(VIEWS)('finds an object on the table within 1.5 mm and 1.5°, view %s', (name) => {
    const focalPx = focalLength(
      VIEWS.map((each) => matchSheet(seen[each]!)!),
      CENTRE,
    )!
    const camera = placeCamera(matchSheet(seen[name]!)!, CENTRE, focalPx)!
    const object = seen[name]!.find(({ id }) => id === 0)!
    const found = placeTag(camera, object, TRUTH.topM)!
    const truth = onSheet(TRUTH.views[name]!.object)
    expect(Math.hypot(found.xM - truth.xM, found.yM - truth.yM)).toBeLessThan(0.0015)
    const turn = found.yawRad - truth.yawRad
    const degrees = (Math.atan2(Math.sin(turn), Math.cos(turn)) * 180) / Math.PI
    expect(Math.abs(degrees)).toBeLessThan(1.5)
  })

  it('does not see what lies behind it', () => {
    const camera = placeCamera(matchSheet(seen['front']!)!, CENTRE, TRUTH.focalPx)!
    expect(meetPlane(camera, [320, 240], 2)).toBeNull()
  })

  it('needs three tags of the sheet', () => {
    const [first, second] = seen['front']!.filter(({ id }) => id > 0)
    expect(matchSheet([first!, second!])).toBeNull()
  })

  it('finds the object in the arm’s base by itself, also while the sheet is hidden', () => {
    const [xM, yM, yawRad] = TRUTH.sheetInBase
    const watch = new TableWatch({
      ...{ widthPx: 640, heightPx: 480, tagId: 0, topM: TRUTH.topM },
      sheet: { xM, yM, yawRad },
    })
    const tags = seen['front']!
    expect(watch.look(tags.filter(({ id }) => id === 0))).toEqual({ kind: 'noSheet' })
    expect(watch.look(tags.filter(({ id }) => id > 0))).toEqual({ kind: 'noObject' })
    const sight = watch.look(tags.filter(({ id }) => id === 0))
    const truth = TRUTH.views['front']!.object
    if (sight.kind !== 'object') throw new Error(sight.kind)
    expect(Math.hypot(sight.object.xM - truth.xM, sight.object.yM - truth.yM)).toBeLessThan(0.002)
    expect(sight.object.yawRad).toBeCloseTo(truth.yawRad, 1.5)
  })
})
