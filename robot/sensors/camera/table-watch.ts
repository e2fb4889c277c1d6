import type { Correspondences } from './homography.ts'
import { focalLength, placeCamera, type TableCamera } from './table-camera.ts'
import { matchSheet, placeTag, type SeenTag } from './tag-sheet.ts'

/** What a camera looks for, and where its sheet lies. */
export interface TableWatchOptions {
  readonly widthPx: number
  readonly heightPx: number
  /** The tag on the object. */
  readonly tagId: number
  /** Height of that tag over the sheet [m]. */
  readonly topM: number
  /** The sheet in the arm's base [m], [rad]. */
  readonly sheet: { readonly xM: number; readonly yM: number; readonly yawRad: number }
}

/** The object's tag in the arm's base [m], [rad]. */
export interface SeenObject {
  readonly xM: number
  readonly yM: number
  readonly yawRad: number
}

export type Sight =
  | { readonly kind: 'object'; readonly object: SeenObject }
  | { readonly kind: 'noObject' }
  /** Too few tags of the sheet so far. */
  | { readonly kind: 'noSheet' }
  /** It looks from straight above: how far it is cannot be told. */
  | { readonly kind: 'noSlant' }

/** Views from which the focal length is found: the newest. */
const NUM_VIEWS = 60

/**
 * Finds an object on a table from the tags of one image after another. The focal length comes from the sheet, the
 * camera's place from the newest image that shows enough of it: the arm may hide it later, the camera rests.
 */
export class TableWatch {
  camera: TableCamera | null = null
  private readonly options: TableWatchOptions
  private readonly centrePx: readonly [number, number]
  private readonly views: Correspondences[] = []
  private hasSheet = false

  constructor(options: TableWatchOptions) {
    this.options = options
    this.centrePx = [options.widthPx / 2, options.heightPx / 2]
  }

  look(tags: readonly SeenTag[]): Sight {
    const view = matchSheet(tags)
    if (view !== null) this.learn(view)
    if (!this.hasSheet) return { kind: 'noSheet' }
    if (this.camera === null) return { kind: 'noSlant' }
    const { sheet, tagId, topM } = this.options
    const tag = tags.find(({ id }) => id === tagId)
    const placed = tag && placeTag(this.camera, tag, topM)
    if (!placed) return { kind: 'noObject' }
    const [c, s] = [Math.cos(sheet.yawRad), Math.sin(sheet.yawRad)]
    const yaw = placed.yawRad + sheet.yawRad
    const object = {
      xM: sheet.xM + c * placed.xM - s * placed.yM,
      yM: sheet.yM + s * placed.xM + c * placed.yM,
      yawRad: Math.atan2(Math.sin(yaw), Math.cos(yaw)),
    }
    return { kind: 'object', object }
  }

  private learn(view: Correspondences): void {
    this.hasSheet = true
    this.views.push(view)
    if (this.views.length > NUM_VIEWS) this.views.shift()
    const focalPx = focalLength(this.views, this.centrePx)
    if (focalPx === null) return
    this.camera = placeCamera(view, this.centrePx, focalPx) ?? this.camera
  }
}
