import type { EventClock } from '../../robot/model/clock.ts'
import type { RecordingFrames } from './recording-frames.ts'
import type { Viewer } from './start-viewer.node.ts'

/** Between the end of a recording and its beginning [s]. */
const PAUSE_S = 1

/** Shows a recording at its own pace, over and over, until `signal` aborts; how often it began. */
export async function playRecording(
  { frames, durationS }: RecordingFrames,
  viewer: Pick<Viewer, 'state' | 'episode' | 'status'>,
  clock: Pick<EventClock, 'now' | 'sleepUntil'>,
  signal: AbortSignal,
): Promise<number> {
  let rounds = 0
  while (!signal.aborted) {
    rounds++
    const beganS = clock.now()
    viewer.status('')
    for (const frame of frames) {
      await clock.sleepUntil(beganS + frame.timeS, signal).catch(() => {})
      if (signal.aborted) return rounds
      if ('state' in frame) viewer.state(frame.state)
      else viewer.episode(frame.episode)
    }
    viewer.status('the recording ends here and begins again')
    await clock.sleepUntil(beganS + durationS + PAUSE_S, signal).catch(() => {})
  }
  return rounds
}
