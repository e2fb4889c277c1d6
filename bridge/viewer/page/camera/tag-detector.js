/** Black squares along a side of a tag, its border with them. */
export const TAG_CELLS = 8
/** One window of the adaptive threshold instead of three: a quarter of the time, as exact. */
const WINDOW_PX = 13
/** Loads OpenCV (10 MB, half a second). */
export async function createTagDetector() {
  const { cv } = await loadOpenCv()
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
          const tag = { id: ids.data32S[k], corners: Float64Array.from(found.data32F) }
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
/** The module is a thenable that resolves to itself: awaited as it is, it never settles. */
async function loadOpenCv() {
  const imported = await import('@techstark/opencv-js')
  const cv = imported.default
  const module = cv
  if (module.Mat === undefined) {
    await new Promise((resolve) => {
      module.onRuntimeInitialized = resolve
    })
  }
  delete module.then
  return { cv }
}
//# sourceMappingURL=tag-detector.js.map
