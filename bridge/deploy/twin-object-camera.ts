import type { EventClock, ScheduledEvent } from '../../robot/model/clock.ts'
import { multiplyQuaternions, quaternionFromYaw } from '../../robot/model/pose.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import type { ArmPlace, Occlusion } from '../../robot/sensors/occlusion.ts'
import type { Reality } from '../../sim/world/reality.ts'

/** An object pose as a camera program would publish it. */
export interface CameraFrame {
  /** Which of the task's objects. */
  readonly object: number
  /** Time of capture on the twin's clock [s]. */
  readonly stampS: number
  readonly position: readonly [number, number, number]
  /** x, y, z, w. */
  readonly quaternion: readonly [number, number, number, number]
}

export interface TwinCameraOptions {
  readonly sensor: Reality['sensors']['objectPose']
  readonly clock: EventClock
  readonly random: RandomStream
  /** For height and yaw, which pushing does not look at: what it sees is the same with and without them. */
  readonly furtherRandom: RandomStream
  readonly object: number
  /** The world at this moment; brings the mechanics up to now first. */
  readonly look: () => {
    readonly position: Float64Array
    readonly quaternion: Float64Array
    readonly arm: ArmPlace
  }
  readonly occlusion: Occlusion
  readonly publish: (frame: CameraFrame) => void
}

/**
 * The camera of an emulated set-up: frames at its rate, each published late, with noise, bias, drop-outs,
 * and none while the arm hides the object.
 */
export class TwinObjectCamera {
  private readonly options: TwinCameraOptions
  private nextFrame: ScheduledEvent | undefined
  private droppedUntilS = 0
  private isRunning = false

  constructor(options: TwinCameraOptions) {
    this.options = options
  }

  start(): void {
    this.isRunning = true
    this.scheduleFrame(this.options.random.uniform() / this.options.sensor.rateHz)
  }

  stop(): void {
    this.isRunning = false
    this.nextFrame?.cancel()
  }

  private scheduleFrame(inS: number): void {
    const { clock } = this.options
    this.nextFrame = clock.schedule(clock.now() + inS, () => {
      if (!this.isRunning) return
      this.scheduleFrame(1 / this.options.sensor.rateHz)
      this.capture()
    })
  }

  private capture(): void {
    const { clock, furtherRandom, look, object, occlusion, publish, random, sensor } = this.options
    const stampS = clock.now()
    const isNewDrop = random.uniform() < sensor.dropsPerS / sensor.rateHz
    const noiseX = sensor.noiseM * random.normal()
    const noiseY = sensor.noiseM * random.normal()
    const noiseZ = sensor.noiseM * furtherRandom.normal()
    const turnRad = sensor.biasYawRad + sensor.noiseYawRad * furtherRandom.normal()
    const delayS = sensor.delayS * (1 + sensor.delayJitter * (random.uniform() - 0.5))
    if (stampS >= this.droppedUntilS && isNewDrop) {
      this.droppedUntilS = stampS + sensor.dropDurationS
    }
    const { position: p, quaternion: q, arm } = look()
    const isHidden = occlusion.hides(arm, p, sensor.occlusionRadiusM)
    if (stampS < this.droppedUntilS || isHidden) return
    const { biasXM, biasYM, biasZM } = sensor
    const frame: CameraFrame = {
      object,
      stampS,
      position: [p[0]! + biasXM + noiseX, p[1]! + biasYM + noiseY, p[2]! + biasZM + noiseZ],
      quaternion: turned(q, turnRad),
    }
    clock.schedule(stampS + delayS, () => {
      if (this.isRunning) publish(frame)
    })
  }
}

/** An orientation x, y, z, w turned about the base frame's z. */
function turned(quaternion: Float64Array, angleRad: number): CameraFrame['quaternion'] {
  const out = quaternionFromYaw(angleRad)
  multiplyQuaternions(out, quaternion, out)
  return [out[0]!, out[1]!, out[2]!, out[3]!]
}
