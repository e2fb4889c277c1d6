import { multiplyQuaternions, transformPoint } from '../model/pose.ts'

/** A pose in a frame: position [3] [m], quaternion [4] x, y, z, w. */
export interface Place {
  readonly position: ArrayLike<number>
  readonly quaternion: ArrayLike<number>
}

interface Link extends Place {
  readonly parent: string
  /** When it was so, on the clock of the messages; fixed ones are always so. */
  readonly stampS: number
}

/** Longest chain from a frame to the base. */
const MAX_DEPTH = 16
const MAX_FRAMES = 256

/** Frames by name and where they stand, as transforms tell: what is asked for is where they stand in the arm's base. */
export class FrameTree {
  private readonly bases: ReadonlySet<string>
  private readonly links = new Map<string, Link>()
  private readonly fixed = new Set<string>()

  /** @param bases - names that mean the arm's base */
  constructor(bases: readonly string[]) {
    this.bases = new Set(bases)
  }

  /** Fixes a frame in the base; messages do not move it. */
  fix(frame: string, place: Place): void {
    const [base = ''] = this.bases
    this.links.set(frame, { parent: base, stampS: Number.NEGATIVE_INFINITY, ...place })
    this.fixed.add(frame)
  }

  /** Takes a transform of a message; the newest counts. */
  move(frame: string, parent: string, place: Place, stampS: number): void {
    const known = this.links.get(frame)
    if (this.fixed.has(frame) || (known !== undefined && known.stampS > stampS)) return
    if (known === undefined && this.links.size >= MAX_FRAMES) return
    this.links.set(frame, { parent, stampS, ...place })
  }

  /** When a frame was last seen; undefined for one that was not. */
  stampOf(frame: string): number | undefined {
    return this.links.get(frame)?.stampS
  }

  /** A pose of a frame, in the base; null when no chain leads there. */
  toBase(frame: string, pose: Place): Place | null {
    let at: Place = pose
    let name = frame
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      if (this.bases.has(name)) return at
      const link = this.links.get(name)
      if (link === undefined) return null
      at = inParent(link, at)
      name = link.parent
    }
    return null
  }
}

/** A pose given in a frame, in the frame's parent. */
export function inParent(frame: Place, pose: Place): Place {
  const position = new Float64Array(3)
  const quaternion = new Float64Array(4)
  transformPoint(frame, pose.position, position)
  multiplyQuaternions(frame.quaternion, pose.quaternion, quaternion)
  return { position, quaternion }
}
