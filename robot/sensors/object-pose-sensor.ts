import type { ObjectMeasurement } from '../io/observation.ts'
import type { RandomStream } from '../model/random.ts'

/** How an object pose sensor (a camera with a marker, say) behaves. */
export interface ObjectSensorSpec {
  rateHz: number
  /** Capture to arrival [s]. */
  delayS: number
  /** Share of the delay by which single frames vary, ± half of it. */
  delayJitter: number
  noiseM: number
  biasXM: number
  biasYM: number
  biasZM: number
  noiseYawRad: number
  /** Standard deviation of an error that wanders, and its correlation time [m], [s]. */
  driftM: number
  driftS: number
  biasYawRad: number
  /** Expected drop-outs per second, and how long each lasts [s]. */
  dropsPerS: number
  dropDurationS: number
}

/** Where the object truly is, base frame [m], [rad]. */
export type ObjectTruth = Pick<ObjectMeasurement, 'xM' | 'yM' | 'zM' | 'yawRad'>

const CAPACITY = 32
/** Numbers of a frame: x, y, z, yaw. */
const POSE = 4

/**
 * An object pose sensor in simulated time: frames at its own rate, noise, bias and drop-outs, each frame
 * arriving late. `advance` often (every physics step), `deliver` when the policy looks.
 */
export class SimulatedObjectSensor {
  private readonly captureS = new Float64Array(CAPACITY)
  private readonly arrivalS = new Float64Array(CAPACITY)
  private readonly poses = new Float64Array(CAPACITY * POSE)
  /** Wandering error of x, y and z [m]. */
  private readonly drift = new Float64Array(3)
  private readonly seesPose: boolean
  private first = 0
  private count = 0
  private nextFrameS = 0
  private droppedUntilS = 0
  private lastCaptureS = 0

  /** @param seesPose - height and yaw too, else x and y alone */
  constructor(seesPose: boolean) {
    this.seesPose = seesPose
  }

  /** Begins with one delivered frame of the true place, `spec.delayS` old, into `out`. */
  reset(
    spec: ObjectSensorSpec,
    timeS: number,
    truth: ObjectTruth,
    stream: RandomStream,
    out: ObjectMeasurement,
  ): void {
    this.first = 0
    this.count = 0
    this.droppedUntilS = timeS
    this.nextFrameS = timeS + stream.uniform() / spec.rateHz
    this.lastCaptureS = timeS - spec.delayS
    this.wander(spec, stream, 0)
    this.capture(spec, truth, stream, 0)
    this.read(0, out)
    out.ageS = spec.delayS
    out.isFresh = true
  }

  /** Whether `advance` has something to do. */
  isDue(timeS: number): boolean {
    return timeS >= this.nextFrameS
  }

  /** Captures a frame when one is due. A hidden object gives none. */
  advance(
    spec: ObjectSensorSpec,
    timeS: number,
    truth: ObjectTruth,
    isHidden: boolean,
    stream: RandomStream,
  ): void {
    if (!this.isDue(timeS)) return
    this.nextFrameS += 1 / spec.rateHz
    if (timeS >= this.droppedUntilS && stream.uniform() < spec.dropsPerS / spec.rateHz) {
      this.droppedUntilS = timeS + spec.dropDurationS
    }
    this.wander(spec, stream, Math.exp(-1 / (spec.rateHz * spec.driftS)))
    const isFull = this.count === CAPACITY
    const slot = isFull ? this.first : (this.first + this.count) % CAPACITY
    if (!isFull) this.capture(spec, truth, stream, slot)
    const delay = spec.delayS * (1 + spec.delayJitter * (stream.uniform() - 0.5))
    if (isHidden || timeS < this.droppedUntilS || isFull) return
    this.captureS[slot] = timeS
    this.arrivalS[slot] = timeS + delay
    this.count++
  }

  /** The newest frame that has arrived, into `out`; the age grows when none has. */
  deliver(timeS: number, out: ObjectMeasurement): void {
    out.isFresh = false
    while (this.count > 0 && this.arrivalS[this.first]! <= timeS) {
      const slot = this.first
      this.first = (slot + 1) % CAPACITY
      this.count--
      if (this.captureS[slot]! < this.lastCaptureS) continue
      this.read(slot, out)
      this.lastCaptureS = this.captureS[slot]!
      out.isFresh = true
    }
    out.ageS = timeS - this.lastCaptureS
  }

  save() {
    const { captureS, arrivalS, poses, first, count, drift } = this
    const { nextFrameS, droppedUntilS, lastCaptureS } = this
    const queue = { captureS, arrivalS, poses, first, count }
    return structuredClone({ ...queue, drift, nextFrameS, droppedUntilS, lastCaptureS })
  }

  restore(saved: ReturnType<SimulatedObjectSensor['save']>): void {
    this.captureS.set(saved.captureS)
    this.arrivalS.set(saved.arrivalS)
    this.poses.set(saved.poses)
    this.first = saved.first
    this.count = saved.count
    this.drift.set(saved.drift)
    this.nextFrameS = saved.nextFrameS
    this.droppedUntilS = saved.droppedUntilS
    this.lastCaptureS = saved.lastCaptureS
  }

  /** A step of an Ornstein-Uhlenbeck process. @param kept - share of the present error that stays */
  private wander(spec: ObjectSensorSpec, stream: RandomStream, kept: number): void {
    if (spec.driftM === 0) {
      this.drift.fill(0)
      return
    }
    const fresh = spec.driftM * Math.sqrt(1 - kept * kept)
    for (let i = 0; i < 3; i++) this.drift[i] = kept * this.drift[i]! + fresh * stream.normal()
  }

  private capture(
    spec: ObjectSensorSpec,
    truth: ObjectTruth,
    stream: RandomStream,
    slot: number,
  ): void {
    const { drift, poses } = this
    const at = POSE * slot
    poses[at] = truth.xM + spec.biasXM + drift[0]! + spec.noiseM * stream.normal()
    poses[at + 1] = truth.yM + spec.biasYM + drift[1]! + spec.noiseM * stream.normal()
    if (!this.seesPose) return
    poses[at + 2] = truth.zM + spec.biasZM + drift[2]! + spec.noiseM * stream.normal()
    poses[at + 3] = truth.yawRad + spec.biasYawRad + spec.noiseYawRad * stream.normal()
  }

  private read(slot: number, out: ObjectMeasurement): void {
    const { poses } = this
    const at = POSE * slot
    out.xM = poses[at]!
    out.yM = poses[at + 1]!
    out.zM = poses[at + 2]!
    out.yawRad = poses[at + 3]!
  }
}
