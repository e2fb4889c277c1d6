import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import { yawOf } from '../../robot/model/pose.ts'
import { ArrivalMeter, type Arrivals } from '../../robot/sensors/arrival-meter.ts'
import type { ClockOffset } from '../../robot/sensors/clock-offset.ts'
import type { Place } from '../../robot/sensors/place.ts'
import { PoseFilter } from '../../robot/sensors/pose-filter.ts'
import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import { MESSAGE_TYPE } from '../streams/messages.ts'
import type { Stream } from '../streams/stream.ts'
import { type ObjectListener, readObjectMessages } from './object-messages.ts'
import { ObjectTracker } from './object-tracker.ts'
import type { LoopRequests, ObjectSource } from './sources.ts'
import { StampAges } from './stamp-ages.ts'
import { StreamFrames } from './stream-frames.ts'

export interface StreamClock {
  /** Time of the loop [s]. */
  readonly now: () => number
  /** Time of message stamps, seconds since the epoch. */
  readonly epochNow: () => number
}

export interface StreamObjectOptions {
  readonly stream: Pick<Stream, 'subscribe'>
  readonly topic: string
  /** Frame ids that mean the arm's base. */
  readonly frames: readonly string[]
  readonly clock: StreamClock
  /** What the messages mean; undefined: poses of the object, as they are. */
  readonly sensor?: SensorDescription
  /** The clock of the stamps against ours, where the sender tells its time. */
  readonly offset?: ClockOffset
  /** What came there and was no such message, in words; undefined: nothing. */
  readonly trouble?: () => string | undefined
  /** Told of each pose that is taken, with its time of capture on the loop's clock [s]. */
  readonly onPose?: ObjectListener
}

/** Nobody knows what an object does for longer [s]. */
const MAX_FORESEEN_S = 0.5

/** The object pose of a stream, as old as its stamp says: `StampAges`. */
export class StreamObjectSource implements ObjectSource {
  readonly rejected: Record<string, number>
  /** Of its stream and its description. */
  readonly frames: StreamFrames
  private readonly tracker = new ObjectTracker()
  private readonly meter = new ArrivalMeter()
  private readonly options: StreamObjectOptions
  private readonly filter: PoseFilter | undefined
  private readonly foreseen = new Float64Array(3)
  private readonly ages: StampAges

  constructor(options: StreamObjectOptions) {
    const { clock, frames: baseFrames, offset, sensor, stream, topic } = options
    this.options = options
    this.ages = new StampAges(clock.epochNow, offset)
    this.filter = sensor?.filter && new PoseFilter(sensor.filter)
    this.rejected = this.tracker.rejected
    for (const reason of ['frame', 'notSeen', 'uncertain', 'outlier']) this.rejected[reason] = 0
    this.frames = new StreamFrames({ stream, baseFrames, sensor, now: clock.now })
    readObjectMessages({
      ...{ stream, topic, sensor, frames: this.frames },
      onPose: (stampS, pose) => this.accept(stampS, pose),
      onRejected: (reason) => void this.rejected[reason]!++,
    })
  }

  /** What has arrived so far; null while that is too little to say anything. */
  get arrivals(): Arrivals | null {
    return this.meter.arrivals
  }

  /** In words, beside what was rejected. */
  get trouble(): string | undefined {
    return this.options.trouble?.()
  }

  read(timeS: number, out: ObjectMeasurement): void {
    this.tracker.read(timeS, out)
    if (this.filter === undefined || this.options.sensor?.filter?.predict !== true) return
    if (!Number.isFinite(out.ageS)) return
    const tooOldS = Math.max(0, out.ageS - MAX_FORESEEN_S)
    this.filter.predict(timeS - tooOldS, this.foreseen)
    out.xM = this.foreseen[0]!
    out.yM = this.foreseen[1]!
    out.zM = this.foreseen[2]!
  }

  private accept(stampS: number, pose: Place): void {
    const { position, quaternion } = pose
    const nowS = this.options.clock.now()
    const ageS = this.ages.ageOf(stampS)
    const captureS = nowS - ageS
    if (this.isOutlier(captureS, position, nowS)) {
      this.rejected['outlier']!++
      return
    }
    const further = { zM: position[2]!, yawRad: yawOf(quaternion) }
    if (this.tracker.accept(captureS, position[0]!, position[1]!, nowS, further)) {
      this.meter.add(captureS, ageS)
      this.options.onPose?.(captureS, pose)
    }
  }

  /** Only of what the tracker would take: its reasons come first. */
  private isOutlier(captureS: number, position: ArrayLike<number>, nowS: number): boolean {
    if (this.filter === undefined || !this.tracker.takes(captureS, nowS)) return false
    if (!Array.from(position).every(Number.isFinite)) return false
    return !this.filter.accept(captureS, position)
  }
}

/** When something was last heard on a stop topic [s]. */
interface Beat {
  heardS: number
}

/**
 * `/reset` and the latched `/emergency_stop` of streams. With a heartbeat the stop must be said not to be asked for
 * again and again: silence stops too. Each topic has its own, from its first message on; one of them must be heard at
 * all, and so must one that somebody has named.
 */
export class StreamRequests implements LoopRequests {
  private hasReset = false
  private hasStop = false
  private readonly now: () => number
  private readonly heartbeatS: number
  /** Of all topics together. */
  private readonly any: Beat
  private readonly beats: Beat[]

  /** @param heartbeatS - longest silence on a stop topic; left out: any */
  constructor(
    stream: Pick<Stream, 'subscribe'>,
    now: () => number,
    heartbeatS = Number.POSITIVE_INFINITY,
  ) {
    this.now = now
    this.heartbeatS = heartbeatS
    this.any = { heardS: now() }
    this.beats = [this.any]
    this.listen(stream)
  }

  get isStopped(): boolean {
    const nowS = this.now()
    for (const { heardS } of this.beats) {
      if (nowS - heardS > this.heartbeatS) this.hasStop = true
    }
    return this.hasStop
  }

  /** To another stream too. */
  listen(stream: Pick<Stream, 'subscribe'>): void {
    stream.subscribe('/reset', MESSAGE_TYPE.empty, () => {
      this.hasReset = true
    })
    this.hear(stream, '/emergency_stop', { heardS: Number.POSITIVE_INFINITY })
  }

  /** Also on a topic that somebody has named: its heartbeat is waited for from now on. */
  listenForStop(stream: Pick<Stream, 'subscribe'>, topic: string): void {
    this.hear(stream, topic, { heardS: this.now() })
  }

  takeReset(): boolean {
    const had = this.hasReset
    this.hasReset = false
    return had
  }

  private hear(stream: Pick<Stream, 'subscribe'>, topic: string, beat: Beat): void {
    this.beats.push(beat)
    stream.subscribe(topic, MESSAGE_TYPE.bool, ({ data }) => {
      beat.heardS = this.now()
      this.any.heardS = beat.heardS
      if (data) this.hasStop = true
    })
  }
}
