import { createRequire } from 'node:module'
import type { OpenCv } from '../../../../robot/sensors/camera/tag-detector.ts'

/** The module is a thenable that resolves to itself: handed on as it is, `await` would never settle. */
export async function loadOpenCv(): Promise<{ readonly cv: OpenCv }> {
  const cv = createRequire(import.meta.url)('@techstark/opencv-js') as OpenCv & {
    then?: unknown
    onRuntimeInitialized: () => void
  }
  await new Promise<void>((resolve) => {
    cv.onRuntimeInitialized = resolve
  })
  delete cv.then
  return { cv }
}
