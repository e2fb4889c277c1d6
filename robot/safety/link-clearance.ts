import type { ArmDescription } from '../model/arm.schema.ts'
import type { ArmModel } from '../model/arm.ts'
import { ArmKinematics } from '../model/kinematics.ts'
import { capsulesFor, type LinkCapsule } from '../model/link-capsules.ts'
import { placeShapes } from '../model/place-shapes.ts'
import { transformPoint } from '../model/pose.ts'
import { segmentDistance } from '../model/segment-distance.ts'
import { DrawBack } from './draw-back.ts'
import type { SafetyLimits } from './safety.schema.ts'
import type { SafetyRule } from './safety-rule.ts'

export interface LinkClearanceOptions {
  readonly arm: ArmDescription
  readonly model: ArmModel
  /** Where the model's active joints are in the driver's command. */
  readonly indices: Int32Array
  readonly limits: SafetyLimits['clearance']
  /**
   * Of the links with the tool, above the table [m]; left out: they may touch it, and the tool's floor is the workspace's.
   */
  readonly toolMarginM?: number | undefined
}

/**
 * Keeps the arm's links apart from each other and from the table, both where the commanded joints are and where
 * they would be `lookAheadS` later at this speed. Links are taken as capsules about their shapes. Neighbours in
 * the chain are not looked at; two links that are closer than the margin on the straight way from the rest to the
 * park pose may come as close as there, and so with the table.
 */
export function createLinkClearanceRule(options: LinkClearanceOptions): SafetyRule {
  const { indices, limits } = options
  const clearance = new LinkClearance(options)
  const drawBack = new DrawBack(indices, NUM_MEASURES, (out) => clearance.excess(drawBack.q, out))
  return {
    name: 'linkClearance',
    apply: (command, { dtS, previousCommand }) =>
      drawBack.apply(command, previousCommand, dtS > 0 ? limits.lookAheadS / dtS : 0)
        ? 'limited'
        : 'pass',
    reset() {},
  }
}

/**
 * The table, by all that is below it and by the lowest, and the links: a way out of one is no way into the other, and
 * one link that comes up pays for none that sinks deeper than any.
 */
const NUM_MEASURES = 3
/** Poses looked at on the way from rest to park. */
const WAY_POSES = 100

/** Two capsules, or one and the table, that must not come closer than so much. */
interface Pair {
  readonly a: number
  /** -1: the table. */
  readonly b: number
  limitM: number
}

/** Distances between an arm's links, and from the table. */
class LinkClearance {
  private readonly kinematics: ArmKinematics
  private readonly capsules: readonly LinkCapsule[]
  /** Ends of the capsules in the base frame [numCapsules, 2, 3], [m]. */
  private readonly ends: Float64Array
  private readonly pairs: readonly Pair[]
  private readonly tableHeightM: number
  private readonly end = new Float64Array(3)
  private readonly placed = new Float64Array(3)
  private readonly frame = { position: new Float64Array(3), quaternion: new Float64Array(4) }

  constructor({ arm, limits, model, toolMarginM }: LinkClearanceOptions) {
    this.kinematics = new ArmKinematics(model)
    this.capsules = capsulesFor(placeShapes(arm, { joints: model.jointNames }))
    this.ends = new Float64Array(6 * this.capsules.length)
    this.tableHeightM = limits.tableHeightM
    this.pairs = findPairs(this.capsules, model, limits.marginM, toolMarginM)
    const { rest, park } = arm.poses
    for (let k = 0; k <= WAY_POSES; k++) {
      const between = (name: string) =>
        ((rest[name] ?? 0) * (WAY_POSES - k) + (park[name] ?? 0) * k) / WAY_POSES
      this.place(Float64Array.from(model.jointNames, between))
      for (const pair of this.pairs) pair.limitM = Math.min(pair.limitM, this.distance(pair))
    }
  }

  /**
   * By how much links are closer than they may be to the table, summed up, the worst of them, and to each other,
   * summed up [3], [m].
   */
  excess(q: Float64Array, out: Float64Array): void {
    this.place(q)
    out.fill(0)
    for (const pair of this.pairs) {
      const excessM = Math.max(0, pair.limitM - this.distance(pair))
      if (pair.b >= 0) out[2]! += excessM
      else {
        out[0]! += excessM
        out[1] = Math.max(out[1]!, excessM)
      }
    }
  }

  private place(q: Float64Array): void {
    const { capsules, end, ends, frame, kinematics, placed } = this
    kinematics.forward(q)
    for (let i = 0; i < capsules.length; i++) {
      const { link, ends: own } = capsules[i]!
      for (let k = 0; k < 4 && link >= 0; k++) {
        frame.quaternion[k] = kinematics.linkQuaternion[4 * link + k]!
        if (k < 3) frame.position[k] = kinematics.linkPosition[3 * link + k]!
      }
      for (let which = 0; which < 2; which++) {
        for (let k = 0; k < 3; k++) end[k] = own[3 * which + k]!
        if (link >= 0) transformPoint(frame, end, placed)
        else placed.set(end)
        ends.set(placed, 6 * i + 3 * which)
      }
    }
  }

  private distance({ a, b }: Pair): number {
    const { capsules, ends, tableHeightM } = this
    if (b < 0) {
      return Math.min(ends[6 * a + 2]!, ends[6 * a + 5]!) - capsules[a]!.radiusM - tableHeightM
    }
    const axes = segmentDistance(ends, 6 * a, ends, 6 * a + 3, ends, 6 * b, 6 * b + 3)
    return axes - capsules[a]!.radiusM - capsules[b]!.radiusM
  }
}

function findPairs(
  capsules: readonly LinkCapsule[],
  model: ArmModel,
  limitM: number,
  toolMarginM: number | undefined,
): Pair[] {
  const pairs: Pair[] = []
  for (const [a, { link }] of capsules.entries()) {
    const tableM = isBeyond(model, link) ? toolMarginM : limitM
    if (link > 0 && tableM !== undefined) pairs.push({ a, b: -1, limitM: tableM })
    for (let b = 0; b < a; b++) {
      if (areApart(model, link, capsules[b]!.link)) pairs.push({ a, b, limitM })
    }
  }
  return pairs
}

/** Whether a link carries the tool or is carried with it. */
function isBeyond({ parent, tool }: ArmModel, link: number): boolean {
  let at = link
  while (at > tool.link) at = parent[at]!
  return at === tool.link
}

/** Whether there is another link between the two. */
function areApart({ parent }: ArmModel, a: number, b: number): boolean {
  const parentOf = (link: number) => (link < 0 ? Number.NaN : parent[link]!)
  return a !== b && parentOf(a) !== b && parentOf(b) !== a
}
