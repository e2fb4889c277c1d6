import type { PoseStamped } from '../streams/messages.schema.ts'
import { MESSAGE_TYPE, secondsOf } from '../streams/messages.ts'
import type { Stream } from '../streams/stream.ts'
import { type GoalHolder, ObjectTracker } from './object-tracker.ts'
import type { LoopRequests, ObjectSource } from './sources.ts'

/** Stamps farther off than this were not taken on this machine's clock [s]. */
const FOREIGN_CLOCK_S = 60

export interface StreamClock {
  /** Time of the loop [s]. */
  readonly now: () => number
  /** Time of message stamps, seconds since the epoch. */
  readonly epochNow: () => number
}

/**
 * The object pose of a stream. Stamps are on the epoch clock of this machine; a stamp of zero means the
 * sender has no clock, and the time of arrival stands for it.
 */
export class StreamObjectSource implements ObjectSource {
  readonly rejected: Record<string, number>
  private readonly tracker = new ObjectTracker()
  private readonly clock: StreamClock
  private readonly frames: ReadonlySet<string>
  /** Of a clock that is not this machine's: smallest difference to it so far [s]. */
  private foreignOffsetS = Number.POSITIVE_INFINITY

  /** @param frames - frame ids that mean the arm's base */
  constructor(stream: Stream, topic: string, frames: readonly string[], clock: StreamClock) {
    this.clock = clock
    this.frames = new Set(frames)
    this.rejected = this.tracker.rejected
    this.rejected['frame'] = 0
    stream.subscribe(topic, MESSAGE_TYPE.poseStamped, (message) => this.accept(message))
  }

  read(timeS: number, out: Parameters<ObjectSource['read']>[1]): void {
    this.tracker.read(timeS, out)
  }

  /** Age of a stamp just received [s]. */
  private ageOf(stampS: number): number {
    if (stampS === 0) return 0
    const age = this.clock.epochNow() - stampS
    if (Math.abs(age) < FOREIGN_CLOCK_S) return age
    // Simulated time, or time since boot: the quickest message so far is taken to have had no delay.
    this.foreignOffsetS = Math.min(this.foreignOffsetS, age)
    return age - this.foreignOffsetS
  }

  private accept({ header, pose }: PoseStamped): void {
    if (!this.frames.has(frameOf(header))) {
      this.rejected['frame']!++
      return
    }
    const nowS = this.clock.now()
    const captureS = nowS - this.ageOf(secondsOf(header.stamp))
    this.tracker.accept(captureS, pose.position.x, pose.position.y, nowS)
  }
}

/**
 * Goals from a stream of poses; one in a frame that is not the arm's base is counted and left out.
 * @param frames - frame ids that mean the arm's base
 */
export function subscribeGoal(
  stream: Stream,
  topic: string,
  goal: GoalHolder,
  frames: readonly string[],
): void {
  const known = new Set(frames)
  stream.subscribe(topic, MESSAGE_TYPE.poseStamped, ({ header, pose }) => {
    if (known.has(frameOf(header))) goal.set(pose.position.x, pose.position.y)
    else goal.rejected++
  })
}

/**
 * `/reset` and the latched `/emergency_stop` of a stream. With a heartbeat the stop must be said not to be asked for
 * again and again: silence on its topic stops too.
 */
export class StreamRequests implements LoopRequests {
  private hasReset = false
  private hasStop = false
  private readonly now: () => number
  private readonly heartbeatS: number
  private heardS: number

  constructor(stream: Stream) {
    this.listen(stream)
  }

  /** To another stream too. */
  listen(stream: Stream): void {
    stream.subscribe('/reset', MESSAGE_TYPE.empty, () => {
      this.hasReset = true
    })
    stream.subscribe('/emergency_stop', MESSAGE_TYPE.bool, ({ data }) => {
      this.heardS = this.now()
      if (data) this.hasStop = true
    })
  }

  get isStopped(): boolean {
    if (this.now() - this.heardS > this.heartbeatS) this.hasStop = true
    return this.hasStop
  }

  takeReset(): boolean {
    const had = this.hasReset
    this.hasReset = false
    return had
  }
}

/** Frame of a message, without the slash that ROS 1 put before it. */
function frameOf(header: PoseStamped['header']): string {
  return header.frame_id.replace(/^\//, '')
}
