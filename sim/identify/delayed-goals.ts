import type { ArmModel } from '../../robot/model/arm.ts'
import { GoalRamp } from '../world/goal-ramp.ts'
import type { ArmTrack } from './arm-track.ts'

/** How often firmware moves its goal, at most [s]: a ramp in longer steps lags by half of what they are longer. */
const FIRMWARE_STEP_S = 0.001

export interface DelayedGoalsOptions {
  /** Of the model's joints in the track. */
  readonly places: readonly number[]
  /** From a command's sending to its effect [s]. */
  readonly commandDelayS: number
  /** Measured minus true joint angles [numJoints of the model], [rad]. */
  readonly zeroOffsetRad: Float64Array
}

/** The goals that servos follow while the commands of a track reach them, each at its own instant. */
export class DelayedGoals {
  private readonly track: ArmTrack
  private readonly options: DelayedGoalsOptions
  private readonly ramp: GoalRamp
  private readonly model: ArmModel
  private readonly target: Float64Array
  private readonly before: Float64Array
  private nowS = Number.NaN
  private next = 0

  constructor(track: ArmTrack, model: ArmModel, options: DelayedGoalsOptions) {
    this.track = track
    this.options = options
    this.model = model
    this.ramp = new GoalRamp(model)
    this.target = new Float64Array(model.numJoints)
    this.before = new Float64Array(model.numJoints)
  }

  /** Begins at `atS`, at rest where the command of cycle `k` leads. */
  restart(k: number, atS: number): void {
    this.take(k)
    this.ramp.reset(this.target)
    this.next = k + 1
    this.nowS = atS
  }

  /** Moves on to `untilS`; the mean of the goals on the way into `out` [numJoints], [rad]. */
  advance(untilS: number, out: Float64Array): void {
    const { timeS } = this.track
    const { commandDelayS } = this.options
    const spanS = untilS - this.nowS
    out.fill(0)
    while (this.nowS < untilS) {
      while (this.next < timeS.length && timeS[this.next]! + commandDelayS <= this.nowS) {
        this.take(this.next++)
      }
      const arrivesS = (timeS[this.next] ?? Number.POSITIVE_INFINITY) + commandDelayS
      const stopS = Math.min(untilS, arrivesS, this.nowS + FIRMWARE_STEP_S)
      this.move(stopS - this.nowS, spanS, out)
      this.nowS = stopS
    }
  }

  /** Moves on by a piece of a span; adds its share of the mean. */
  private move(pieceS: number, spanS: number, mean: Float64Array): void {
    const { before, model, ramp, target } = this
    before.set(ramp.goal)
    ramp.advance(target, pieceS)
    for (let i = 0; i < mean.length; i++) {
      const from = before[i]!
      const to = ramp.goal[i]!
      // Without a limit of acceleration it may be there early, and stay.
      const isSudden = model.maxAccelerationRadPerS2[i] === Number.POSITIVE_INFINITY
      const travelS = isSudden ? Math.abs(to - from) / model.maxSpeedRadPerS[i]! : pieceS
      mean[i] = mean[i]! + (to * pieceS - ((to - from) * travelS) / 2) / spanS
    }
  }

  private take(k: number): void {
    const { places, zeroOffsetRad } = this.options
    const command = this.track.command[k]!
    for (let i = 0; i < this.target.length; i++) {
      this.target[i] = command[places[i]!]! - zeroOffsetRad[i]!
    }
  }
}
