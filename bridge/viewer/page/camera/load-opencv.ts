import address from '@techstark/opencv-js/dist/opencv.js?url'
import type { OpenCv } from '../../../../robot/sensors/camera/tag-detector.ts'

interface Loading extends OpenCv {
  then?: unknown
  onRuntimeInitialized: () => void
}

/**
 * OpenCV (10 MB) as a script of its own. It is a thenable that resolves to itself: handed on as it is, `await` would
 * never settle.
 */
export async function loadOpenCv(): Promise<{ readonly cv: OpenCv }> {
  const script = document.createElement('script')
  script.src = address
  await new Promise<void>((resolve, reject) => {
    script.onload = () => resolve()
    script.onerror = () => reject(new Error('OpenCV cannot be loaded'))
    document.head.append(script)
  })
  const { cv } = globalThis as unknown as { cv: Loading }
  if (cv.Mat === undefined) {
    await new Promise<void>((resolve) => {
      cv.onRuntimeInitialized = resolve
    })
  }
  delete cv.then
  return { cv }
}
