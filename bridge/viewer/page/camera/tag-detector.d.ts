import type { SeenTag } from '../../../../robot/sensors/camera/tag-sheet.ts'
/** A grey image, row by row. */
export interface GreyImage {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}
/** Finds tags of the family 36h11. Owns memory outside of JavaScript. */
export interface TagDetector {
  detect(image: GreyImage): SeenTag[]
  /** The black and white squares of a tag with its border, row by row, white 1 [8, 8]. */
  cells(id: number): Uint8Array
  close(): void
}
/** Black squares along a side of a tag, its border with them. */
export declare const TAG_CELLS = 8
/** Loads OpenCV (10 MB, half a second). */
export declare function createTagDetector(): Promise<TagDetector>
