import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { armMeshSchema } from '../../../../bridge/viewer/meshes/arm-mesh.schema.ts'
import { listConfigs, loadConfig, packageRoot } from '../../../../configs/load/load.node.ts'
import { loadArmDescription } from '../../../../robot/model/load-arm.node.ts'
import { invertQuaternion, quaternionFromRpy, rotate } from '../../../../robot/model/pose.ts'
import { type LinkOfGlb, readGlb } from './read-glb.ts'

const FOLDER = join(packageRoot(), 'configs', 'meshes')
const MAX_BYTES = 400_000
const MAX_TRIANGLES = 4_000
/** Of a joint's axis, from the nearest corner of what it carries and of what carries it: a horn's radius [m]. */
const NEAR_AXIS_M = { so101: 0.015, koch: 0.015, panda: 0.07 }
/** Of a shape's centre: capsules of the Panda reach into the links before and after [m]. */
const CENTRE_M = 0.05
/** Shapes were drawn around parts by hand: how far outside a box its part is looked for [m], and how much of it that fills. */
const RIM_M = 0.003
const FILLED = 0.55
const [STS3215_KG, XL430_KG, XL330_KG] = [0.055, 0.0572, 0.018]
/** From a link's centre of mass to that of its parts; a Panda's links are hollow, with drives in them [m]. */
const OFF_CENTRE_M = { so101: 0.005, koch: 0.005, panda: 0.035 }
/** From the tool point to the very tip, which the makers and we put a little further out [m]. */
const TIP_M = 0.01

it('every mesh is made of a config, and the other way round', () => {
  const made = readdirSync(FOLDER).filter((file) => file.endsWith('.glb'))
  expect(made.map((file) => file.slice(0, -'.glb'.length)).sort()).toEqual(listConfigs('meshes'))
})

describe.each(['so101', 'panda', 'koch'] as const)('the mesh of %s', (name) => {
  const arm = loadArmDescription(name)
  const config = loadConfig('meshes', name, armMeshSchema)
  const bytes = readFileSync(join(FOLDER, `${name}.glb`))
  const { copyright, links } = readGlb(bytes)
  const cornersOf = (link: string, finish?: string) => {
    const { bodies, indices, positions } = links.get(link)!
    const corners = new Set(finish === undefined ? indices : bodies.get(finish)!)
    return [...corners].map((k) => positions.slice(3 * k, 3 * k + 3))
  }
  const boxOf = (link: string) => boxOfPoints(cornersOf(link))
  it('has every link of the description that has a shape, and says where it comes from', () => {
    expect(arm.mesh).toBe(name)
    expect([...links.keys()].sort()).toEqual(
      [...new Set(arm.shapes.map(({ link }) => link))].sort(),
    )
    expect(copyright).toContain(`${config.copyright}; Apache-2.0; ${config.repository}`)
    expect(copyright).toContain(config.revision)
    const notice = readFileSync(join(packageRoot(), 'NOTICE'), 'utf8')
    const section = notice.slice(notice.indexOf(`configs/meshes/${name}.glb`)).split('\n\n')[0]
    expect(section).toContain(config.repository)
    expect(section).toContain(config.revision.slice(0, 7))
  })

  it('is small', () => {
    expect(bytes.byteLength).toBeLessThan(MAX_BYTES)
    for (const [link, { indices }] of links) {
      expect(indices.length / 3, link).toBeLessThan(MAX_TRIANGLES)
    }
  })

  it('has unit normals on the outside of its triangles', () => {
    for (const [link, { indices, normals, positions }] of links) {
      let agreeing = 0
      for (let t = 0; t < indices.length; t += 3) {
        const [a, b, c] = [0, 1, 2].map((k) => positions.slice(3 * indices[t + k]!).slice(0, 3))
        const [u, v] = [b!, c!].map((to) => to.map((x, k) => x - a![k]!))
        const face = [0, 1, 2].map((k) => {
          const [l, m] = [(k + 1) % 3, (k + 2) % 3]
          return u![l]! * v![m]! - u![m]! * v![l]!
        })
        const normal = normals.slice(3 * indices[t]!, 3 * indices[t]! + 3)
        expect(Math.hypot(...normal), link).toBeCloseTo(1, 1)
        if (face.reduce((sum, x, k) => sum + x * normal[k]!, 0) >= 0) agreeing++
      }
      // The thinnest triangles are turned over by rounding.
      expect(agreeing / (indices.length / 3), link).toBeGreaterThan(0.97)
    }
  })

  it('has its volume where the mass of the description is', () => {
    for (const { group, inertial, link } of arm.joints) {
      const centre = centreOfMass(links.get(link)!, inertial.massKg, motorKg(name, link))
      const offM = Math.hypot(...centre.map((x, k) => x - inertial.comM[k]!))
      expect(offM, link).toBeLessThan(group === 'gripper' ? 0.001 : OFF_CENTRE_M[name])
    }
  })

  it('lies where the shapes of the description lie, and fills its boxes', () => {
    for (const shape of arm.shapes) {
      const { frame, kind, link } = shape
      const what = `${link}: ${kind}`
      expect(isWithin(boxOf(link), frame.xyzM, CENTRE_M), what).toBe(true)
      if (kind !== 'box') continue
      const { halfSizeM } = shape
      const inside = intoFrame(frame, cornersOf(link)).filter((corner) =>
        corner.every((x, k) => Math.abs(x) < halfSizeM[k]! + RIM_M),
      )
      const filled = boxOfPoints(inside).map(([low, high], k) => (high - low) / (2 * halfSizeM[k]!))
      expect(Math.min(...filled), what).toBeGreaterThan(FILLED)
    }
  })

  it('has something of both links on the axis of the joint between them, with a shell below', () => {
    for (const { axis, link, name: joint, origin, parent, type } of arm.joints) {
      if (type === 'prismatic') continue
      const quaternion = new Float64Array(4)
      quaternionFromRpy(origin.rpyRad, quaternion)
      const inParent = new Float64Array(3)
      rotate(quaternion, axis, inParent)
      const above = distancesToAxis(cornersOf(parent), origin.xyzM, inParent)
      const below = distancesToAxis(cornersOf(link, 'shell'), [0, 0, 0], axis)
      expect(Math.min(...above), `${joint}: ${parent}`).toBeLessThan(NEAR_AXIS_M[name])
      expect(Math.min(...below), `${joint}: ${link}`).toBeLessThan(NEAR_AXIS_M[name])
    }
  })

  it('ends where the tool point is', () => {
    const { approachAxis, frame, link } = arm.tool
    const quaternion = new Float64Array(4)
    quaternionFromRpy(frame.rpyRad, quaternion)
    const outwards = new Float64Array(3)
    rotate(quaternion, approachAxis, outwards)
    const along = (point: readonly number[]) =>
      point.reduce((sum, x, k) => sum + (x - frame.xyzM[k]!) * outwards[k]!, 0)
    // Fingers that slide sideways do not change how far they reach.
    const fingers = arm.joints.filter(({ group, parent }) => group === 'gripper' && parent === link)
    const reach = fingers
      .filter(({ type }) => type === 'prismatic')
      .flatMap(({ link: finger, origin }) =>
        cornersOf(finger).map((corner) => along([0, 0, corner[2]! + origin.xyzM[2]])),
      )
    const own = cornersOf(link).map(along)
    expect(Math.abs(Math.max(...own, ...reach))).toBeLessThan(TIP_M)
  })

  it('has its fingers’ inner faces where the description’s pads are', () => {
    for (const { link, pads } of arm.gripper!.fingers) {
      for (const { frame, halfSizeM } of pads) {
        const inPad = intoFrame(frame, cornersOf(link))
        const near = inPad.filter((corner) =>
          corner.every((x, k) => Math.abs(x) < halfSizeM[k]! + 0.005),
        )
        expect(near.length, link).toBeGreaterThan(0)
      }
    }
  })
})

type Range = readonly [number, number]

/** Along x, y and z [m]. */
function boxOfPoints(points: readonly (readonly number[])[]): Range[] {
  return [0, 1, 2].map((k): Range => {
    const along = points.map((point) => point[k]!)
    return [Math.min(...along), Math.max(...along)]
  })
}

function isWithin(box: readonly Range[], point: readonly number[], marginM: number): boolean {
  return box.every(([low, high], k) => point[k]! > low - marginM && point[k]! < high + marginM)
}

/** What the dark part of a link weighs by the vendor; undefined where that is not known. */
function motorKg(arm: string, link: string): number | undefined {
  if (arm === 'so101') return STS3215_KG
  if (arm === 'koch') return link === 'shoulder' ? XL430_KG : XL330_KG
  return undefined
}

/** Dark and light parts of one material each, or of the same where the mass of the dark ones is not known [m]. */
function centreOfMass(
  { bodies, indices, positions }: LinkOfGlb,
  massKg: number,
  darkKg: number | undefined,
): number[] {
  const dark = bodies.get('motor')
  if (darkKg === undefined || dark === undefined) return centroidOf(positions, indices)
  const share = darkKg / massKg
  const light = centroidOf(positions, bodies.get('shell')!)
  return centroidOf(positions, dark).map((x, k) => share * x + (1 - share) * light[k]!)
}

/** Of the volume that the triangles enclose [m]: the mean of the pyramids between them and the origin. */
function centroidOf(positions: readonly number[], indices: readonly number[]): number[] {
  const sum = [0, 0, 0]
  let volume = 0
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => {
      const at = 3 * indices[t + k]!
      return positions.slice(at, at + 3)
    })
    const pyramid =
      a![0]! * (b![1]! * c![2]! - b![2]! * c![1]!) +
      a![1]! * (b![2]! * c![0]! - b![0]! * c![2]!) +
      a![2]! * (b![0]! * c![1]! - b![1]! * c![0]!)
    volume += pyramid
    for (let k = 0; k < 3; k++) sum[k] = sum[k]! + (pyramid * (a![k]! + b![k]! + c![k]!)) / 4
  }
  return sum.map((x) => x / volume)
}

/** Least distances of points from a line [m]. */
function distancesToAxis(
  points: readonly (readonly number[])[],
  through: readonly number[],
  axis: ArrayLike<number>,
): number[] {
  return points.map((point) => {
    const from = point.map((x, k) => x - through[k]!)
    const along = from.reduce((sum, x, k) => sum + x * axis[k]!, 0)
    return Math.hypot(...from.map((x, k) => x - along * axis[k]!))
  })
}

interface Frame {
  readonly xyzM: readonly number[]
  readonly rpyRad: readonly number[]
}

function intoFrame({ rpyRad, xyzM }: Frame, points: readonly (readonly number[])[]): number[][] {
  const quaternion = new Float64Array(4)
  quaternionFromRpy(rpyRad, quaternion)
  invertQuaternion(quaternion, quaternion)
  return points.map((point) => {
    const out = new Float64Array(3)
    rotate(
      quaternion,
      point.map((x, k) => x - xyzM[k]!),
      out,
    )
    return [...out]
  })
}
