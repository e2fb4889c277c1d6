import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import type { ControlLoopOptions } from './control-loop-options.ts'
import { leaderLost, sensorLost } from './stop-errors.ts'

type Watched = Pick<
  ControlLoopOptions,
  'clock' | 'config' | 'handOver' | 'joints' | 'objects' | 'spec'
>

/** How old the sensors of a control loop are, and which of them is lost. */
export class SensorWatch {
  private readonly options: Watched
  private readonly objects: readonly ObjectMeasurement[]
  /** Whether an object was at the hand when it was last seen, which may cover it since then. */
  private readonly isAtHand: boolean[]
  /** Infinity while nobody waits for objects. */
  private beganS = 0

  /** @param objects - newest measurements, as the loop keeps them */
  constructor(options: Watched, objects: readonly ObjectMeasurement[]) {
    this.options = options
    this.objects = objects
    this.isAtHand = objects.map(() => false)
  }

  /** From now on somebody waits for the first measurement. */
  begin(): void {
    this.beganS = this.options.clock.now()
  }

  /** Until the next `begin` nobody acts on where objects are: a hand may hold one, out of sight, for any time. */
  rest(): void {
    this.beganS = Number.POSITIVE_INFINITY
  }

  /** Takes note of what has just been seen. @param tip - measured, base frame [3], [m] */
  look(tip: Float64Array): void {
    const { config, spec } = this.options
    if (spec.control.action.gripper === undefined) return
    for (const [k, { isFresh, xM, yM }] of this.objects.entries()) {
      if (!isFresh) continue
      this.isAtHand[k] = Math.hypot(xM - tip[0]!, yM - tip[1]!) < config.safety.handCovers.withinM
    }
  }

  /** Of the oldest of objects and leader, and before the first measurement the time spent waiting for it [s]. */
  get ageS(): number {
    return Math.max(this.objectAgeS, this.leaderAgeS)
  }

  /** Whether the policy cannot act on what is known. */
  get isLost(): boolean {
    const { config, joints } = this.options
    const { jointLostS, sensorLostS } = config.safety
    const oldestS = Math.max(...this.unseenS, this.leaderAgeS)
    return oldestS > sensorLostS || (joints?.ageS ?? 0) > jointLostS
  }

  /** What the loss of a sensor is reported as. */
  lost(): unknown {
    const { config, handOver, joints, objects } = this.options
    if (joints !== undefined && joints.ageS > config.safety.jointLostS) return joints.lost()
    const { leaderAgeS, unseenS } = this
    const oldest = unseenS.indexOf(Math.max(...unseenS))
    if (leaderAgeS <= this.objectAgeS) return sensorLost(this.ageS, objects[oldest]!)
    return handOver?.failure ?? leaderLost(leaderAgeS)
  }

  /** Per object, without the time for which a hand may cover it [s]. */
  private get unseenS(): number[] {
    const { coversS } = this.options.config.safety.handCovers
    return this.objects.map(({ ageS }, k) =>
      this.isAtHand[k] ? Math.max(0, ageS - coversS) : ageS,
    )
  }

  private get objectAgeS(): number {
    const waitingS = Math.max(0, this.options.clock.now() - this.beganS)
    return Math.min(Math.max(...this.unseenS), waitingS)
  }

  private get leaderAgeS(): number {
    const { clock, handOver } = this.options
    return handOver?.ageS(clock.now()) ?? 0
  }
}
