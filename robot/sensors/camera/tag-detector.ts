import type { SeenTag } from './tag-sheet.ts'

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
export const TAG_CELLS = 8

/** One window of the adaptive threshold instead of three: a quarter of the time, as exact. */
const WINDOW_PX = 13

interface Owned {
  delete(): void
}

interface Matrix extends Owned {
  readonly rows: number
  readonly data: Uint8Array
  readonly data32F: Float32Array
  readonly data32S: Int32Array
}

interface MatrixList extends Owned {
  get(index: number): Matrix
}

interface Parameters extends Owned {
  adaptiveThreshWinSizeMin: number
  adaptiveThreshWinSizeMax: number
  cornerRefinementMethod: number
}

interface Detector extends Owned {
  detectMarkers(image: Matrix, corners: MatrixList, ids: Matrix): void
}

/** As much of OpenCV.js as is used here: whoever has it hands it in. */
export interface OpenCv {
  readonly Mat: new () => Matrix
  readonly MatVector: new () => MatrixList
  readonly CV_8UC1: number
  readonly DICT_APRILTAG_36h11: number
  readonly CORNER_REFINE_SUBPIX: number
  readonly aruco_DetectorParameters: new () => Parameters
  readonly aruco_RefineParameters: new (
    minRepDistance: number,
    errorCorrectionRate: number,
    checkAllOrders: boolean,
  ) => Owned
  readonly aruco_ArucoDetector: new (
    dictionary: Owned,
    parameters: Parameters,
    refine: Owned,
  ) => Detector
  getPredefinedDictionary(name: number): Owned
  generateImageMarker(
    dictionary: Owned,
    id: number,
    sidePx: number,
    out: Matrix,
    borderBits: number,
  ): void
  matFromArray(rows: number, columns: number, type: number, values: ArrayLike<number>): Matrix
}

export function createTagDetector(cv: OpenCv): TagDetector {
  const dictionary = cv.getPredefinedDictionary(cv.DICT_APRILTAG_36h11)
  const parameters = new cv.aruco_DetectorParameters()
  parameters.adaptiveThreshWinSizeMin = WINDOW_PX
  parameters.adaptiveThreshWinSizeMax = WINDOW_PX
  parameters.cornerRefinementMethod = cv.CORNER_REFINE_SUBPIX
  const refine = new cv.aruco_RefineParameters(10, 3, true)
  const detector = new cv.aruco_ArucoDetector(dictionary, parameters, refine)
  const corners = new cv.MatVector()
  const ids = new cv.Mat()
  return {
    detect({ height, pixels, width }) {
      const image = cv.matFromArray(height, width, cv.CV_8UC1, pixels)
      try {
        detector.detectMarkers(image, corners, ids)
        return Array.from({ length: ids.rows }, (_, k) => {
          const found = corners.get(k)
          const tag = { id: ids.data32S[k]!, corners: Float64Array.from(found.data32F) }
          found.delete()
          return tag
        })
      } finally {
        image.delete()
      }
    },
    cells(id) {
      const picture = new cv.Mat()
      cv.generateImageMarker(dictionary, id, TAG_CELLS, picture, 1)
      const cells = Uint8Array.from(picture.data, (value) => (value > 0 ? 1 : 0))
      picture.delete()
      return cells
    },
    close() {
      for (const each of [detector, refine, parameters, dictionary, corners, ids]) each.delete()
    },
  }
}
