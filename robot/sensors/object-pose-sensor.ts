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
  /** Expected drop-outs per second, and how long each lasts [s]. */
  dropsPerS: number
  dropDurationS: number
}

const CAPACITY = 32

/**
 * An object pose sensor in simulated time: frames at its own rate, noise, bias and drop-outs, each frame
 * arriving late. `advance` often (every physics step), `deliver` when the policy looks.
 */
export class SimulatedObjectSensor {
  private readonly captureS = new Float64Array(CAPACITY)
  private readonly arrivalS = new Float64Array(CAPACITY)
  private readonly x = new Float64Array(CAPACITY)
  private readonly y = new Float64Array(CAPACITY)
  private first = 0
  private count = 0
  private nextFrameS = 0
  private droppedUntilS = 0
  private lastCaptureS = 0

  /** Begins with one delivered frame of the true place, `spec.delayS` old, into `out`. */
  reset(
    spec: ObjectSensorSpec,
    timeS: number,
    trueX: number,
    trueY: number,
    stream: RandomStream,
    out: ObjectMeasurement,
  ): void {
    this.first = 0
    this.count = 0
    this.droppedUntilS = timeS
    this.nextFrameS = timeS + stream.uniform() / spec.rateHz
    this.lastCaptureS = timeS - spec.delayS
    out.xM = trueX + spec.biasXM + spec.noiseM * stream.normal()
    out.yM = trueY + spec.biasYM + spec.noiseM * stream.normal()
    out.ageS = spec.delayS
    out.isFresh = true
  }

  /** Captures a frame when one is due. A hidden object gives none. */
  advance(
    spec: ObjectSensorSpec,
    timeS: number,
    trueX: number,
    trueY: number,
    isHidden: boolean,
    stream: RandomStream,
  ): void {
    if (timeS < this.nextFrameS) return
    this.nextFrameS += 1 / spec.rateHz
    if (timeS >= this.droppedUntilS && stream.uniform() < spec.dropsPerS / spec.rateHz) {
      this.droppedUntilS = timeS + spec.dropDurationS
    }
    const noiseX = spec.noiseM * stream.normal()
    const noiseY = spec.noiseM * stream.normal()
    const delay = spec.delayS * (1 + spec.delayJitter * (stream.uniform() - 0.5))
    if (isHidden || timeS < this.droppedUntilS || this.count === CAPACITY) return
    const slot = (this.first + this.count) % CAPACITY
    this.captureS[slot] = timeS
    this.arrivalS[slot] = timeS + delay
    this.x[slot] = trueX + spec.biasXM + noiseX
    this.y[slot] = trueY + spec.biasYM + noiseY
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
      out.xM = this.x[slot]!
      out.yM = this.y[slot]!
      this.lastCaptureS = this.captureS[slot]!
      out.isFresh = true
    }
    out.ageS = timeS - this.lastCaptureS
  }
}
