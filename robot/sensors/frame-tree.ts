import { CodedError } from '../../configs/load/coded-error.ts'
import { multiplyQuaternions, transformPoint } from '../model/pose.ts'
import type { Place } from './place.ts'
import { TransformHistory } from './transform-history.ts'

/** A frame that stands still in its parent. */
interface Still extends Place {
  readonly parent: string
  /** Of the message that says so; what the arm's description says counts before any. */
  readonly stampS: number
}

/** Longest chain from a frame to the base. */
const MAX_DEPTH = 16
const MAX_FRAMES = 256

/**
 * Frames by name and where they stand, as transforms tell: what is asked for is where they stood in the arm's base at a
 * time. Stamps are compared with each other only, so any clock does that all senders share.
 */
export class FrameTree {
  private readonly bases: ReadonlySet<string>
  private readonly now: () => number
  private readonly still = new Map<string, Still>()
  private readonly moving = new Map<string, TransformHistory>()

  /**
   * @param bases - names that mean the arm's base
   * @param now - when messages come [s]
   */
  constructor(bases: readonly string[], now: () => number) {
    this.bases = new Set(bases.map(frameName))
    this.now = now
  }

  /**
   * Fixes a frame in the base; messages do not move it.
   * @throws ROBOT_SENSOR_INVALID for a name of the base itself
   */
  fix(frame: string, place: Place): void {
    const [base = ''] = this.bases
    const name = frameName(frame)
    if (this.bases.has(name)) {
      throw new CodedError(
        'ROBOT_SENSOR_INVALID',
        `expected frames of the sensor, found '${frame}', which means the arm's base`,
        {
          hint: `let the sensor call its frame otherwise, or leave '${name}' out of baseFrames in the deploy config`,
        },
      )
    }
    this.still.set(name, { parent: base, stampS: Number.POSITIVE_INFINITY, ...place })
  }

  /** Takes a transform of a message about what stands still; the newest counts, at any time. */
  hold(frame: string, parent: string, place: Place, stampS: number): void {
    const known = this.still.get(frameName(frame))
    if (known === undefined ? this.isFull : known.stampS > stampS) return
    this.still.set(frameName(frame), { parent: frameName(parent), stampS, ...place })
  }

  /** Takes a transform of a message; what stands still is not moved. */
  move(frame: string, parent: string, place: Place, stampS: number): void {
    const name = frameName(frame)
    if (this.still.has(name)) return
    let history = this.moving.get(name)
    if (history === undefined && this.isFull) return
    if (history?.parent !== frameName(parent)) {
      if (history !== undefined && history.stampS > stampS) return
      history = new TransformHistory(frameName(parent))
      this.moving.set(name, history)
    }
    history.add(place, stampS, this.now())
  }

  /** When a moving frame was last seen; undefined for one that was not. */
  stampOf(frame: string): number | undefined {
    return this.moving.get(frameName(frame))?.stampS
  }

  /**
   * A pose of a frame, in the base; null when no chain led there at that time.
   * @param stampS - of the pose, on the clock of the transforms [s]; zero: now
   */
  toBase(frame: string, pose: Place, stampS: number): Place | null {
    const nowS = this.now()
    let at: Place = pose
    let name = frameName(frame)
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      if (this.bases.has(name)) return at
      const link = this.still.get(name)
      const history = link === undefined ? this.moving.get(name) : undefined
      const place = link ?? history?.at(stampS, nowS)
      const parent = link?.parent ?? history?.parent
      if (place == null || parent === undefined) return null
      at = inParent(place, at)
      name = parent
    }
    return null
  }

  private get isFull(): boolean {
    return this.still.size + this.moving.size >= MAX_FRAMES
  }
}

/** The name of a frame, without the slash that ROS 1 put before it. */
export function frameName(name: string): string {
  return name.replace(/^\//, '')
}

/** A pose given in a frame, in the frame's parent. */
export function inParent(frame: Place, pose: Place): Place {
  const position = new Float64Array(3)
  const quaternion = new Float64Array(4)
  transformPoint(frame, pose.position, position)
  multiplyQuaternions(frame.quaternion, pose.quaternion, quaternion)
  return { position, quaternion }
}
