import { type Sight, TableWatch } from '../../../../robot/sensors/camera/table-watch.ts'
import {
  createTagDetector,
  type TagDetector,
} from '../../../../robot/sensors/camera/tag-detector.ts'
import type { SeenTag } from '../../../../robot/sensors/camera/tag-sheet.ts'
import type { CameraSettings } from '../../../streams/camera/camera-settings.ts'
import { epochNow } from '../../../streams/epoch-now.ts'
import { byId } from '../panel/by-id.ts'
import { loadOpenCv } from './load-opencv.ts'
import { PoseSender } from './pose-sender.ts'
import { sheetPicture } from './sheet-picture.ts'

/** Where the poses go; the server knows it by this name. */
const TOPIC = '/object/pose'
const WORDS: Readonly<Record<Sight['kind'], string>> = {
  object: 'Sees the object.',
  noObject: 'Sees the sheet, but not the object’s tag.',
  noSheet: 'Does not see the sheet: three of its four tags are needed.',
  noSlant: 'Looks from straight above: tilt the camera for a moment.',
}

const state = { isConnected: false, complaint: '', sight: 'Waiting for the camera.' }

async function run(): Promise<void> {
  const response = await fetch('./camera.json')
  const settings = (await response.json()) as CameraSettings
  const sender = new PoseSender({
    url: `${location.origin.replace(/^http/, 'ws')}/${location.search}`,
    frame: settings.frame,
    topic: TOPIC,
    heightM: settings.topM,
    onChange(isConnected) {
      Object.assign(state, { isConnected, complaint: '' })
      show()
    },
    onComplaint(complaint) {
      state.complaint = complaint
      show()
    },
  })
  const { cv } = await loadOpenCv()
  const detector = createTagDetector(cv)
  offerSheet(detector, settings.tagId)
  const video = await openCamera()
  watch(video, detector, settings, sender)
}

async function openCamera(): Promise<HTMLVideoElement> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'environment' },
  })
  const video = document.createElement('video')
  Object.assign(video, { srcObject: stream, muted: true, playsInline: true })
  await video.play()
  return video
}

function watch(
  video: HTMLVideoElement,
  detector: TagDetector,
  settings: CameraSettings,
  sender: PoseSender,
): void {
  const canvas = byId<HTMLCanvasElement>('picture')
  const [width, height] = [video.videoWidth, video.videoHeight]
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  const table = new TableWatch({ widthPx: width, heightPx: height, ...settings })
  const pixels = new Uint8Array(width * height)
  const next = () => video.requestVideoFrameCallback(look)
  const look = (_now: number, frame: VideoFrameCallbackMetadata) => {
    const captureS = captureOf(frame)
    context.drawImage(video, 0, 0)
    toGrey(context.getImageData(0, 0, width, height).data, pixels)
    const tags = detector.detect({ width, height, pixels })
    const sight = table.look(tags)
    if (sight.kind === 'object') sender.send(captureS, sight.object)
    state.sight = WORDS[sight.kind]
    byId('pose').textContent = sight.kind === 'object' ? describe(sight.object) : ''
    outline(context, tags)
    show()
    next()
  }
  next()
}

/** When the image was taken: cameras tell that; others when it came, at the latest. */
function captureOf({ captureTime, expectedDisplayTime }: VideoFrameCallbackMetadata): number {
  const whenMs = captureTime ?? Math.min(expectedDisplayTime, performance.now())
  return Math.min(epochNow(), (performance.timeOrigin + whenMs) / 1000)
}

/** ITU-R BT.601. */
function toGrey(rgba: Uint8ClampedArray, out: Uint8Array): void {
  for (let k = 0; k < out.length; k++) {
    out[k] = 0.299 * rgba[4 * k]! + 0.587 * rgba[4 * k + 1]! + 0.114 * rgba[4 * k + 2]!
  }
}

function outline(context: CanvasRenderingContext2D, tags: readonly SeenTag[]): void {
  context.strokeStyle = '#f08c1a'
  context.lineWidth = 2
  for (const { corners } of tags) {
    context.beginPath()
    for (let k = 0; k < 4; k++) context.lineTo(corners[2 * k]!, corners[2 * k + 1]!)
    context.closePath()
    context.stroke()
  }
}

function describe({ xM, yM, yawRad }: { xM: number; yM: number; yawRad: number }): string {
  const mm = (value: number) => (1000 * value).toFixed(0)
  return `x ${mm(xM)} mm, y ${mm(yM)} mm, ${((yawRad * 180) / Math.PI).toFixed(0)}°`
}

function offerSheet(detector: TagDetector, objectTag: number): void {
  const button = byId<HTMLButtonElement>('print')
  const picture = sheetPicture(detector, objectTag)
  byId('sheet').append(new DOMParser().parseFromString(picture, 'image/svg+xml').documentElement)
  button.disabled = false
  button.onclick = () => print()
}

function show(): void {
  const link = state.isConnected ? '' : ' Not connected.'
  byId('status').textContent = `${state.sight}${link} ${state.complaint}`.trim()
}

run().catch((error: unknown) => {
  state.sight = `No camera: ${error instanceof Error ? error.message : String(error)}`
  show()
})
