import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import type { ControlLoopOptions } from './control-loop-options.ts'
import { leaderLost, sensorLost } from './stop-errors.ts'

type Watched = Pick<ControlLoopOptions, 'clock' | 'config' | 'handOver' | 'joints' | 'object'>

/** How old the sensors of a control loop are, and which of them is lost. */
export class SensorWatch {
  private readonly options: Watched
  private readonly object: ObjectMeasurement
  private beganS = 0

  /** @param object - newest measurement, as the loop keeps it */
  constructor(options: Watched, object: ObjectMeasurement) {
    this.options = options
    this.object = object
  }

  /** From now on somebody waits for the first measurement. */
  begin(): void {
    this.beganS = this.options.clock.now()
  }

  /** Of the older of object and leader, and before the first measurement the time spent waiting for it [s]. */
  get ageS(): number {
    return Math.max(this.objectAgeS, this.leaderAgeS)
  }

  /** Whether the policy cannot act on what is known. */
  get isLost(): boolean {
    const { config, joints } = this.options
    const { jointLostS, sensorLostS } = config.safety
    return (
      Math.max(this.object.ageS, this.leaderAgeS) > sensorLostS || (joints?.ageS ?? 0) > jointLostS
    )
  }

  /** What the loss of a sensor is reported as. */
  lost(): unknown {
    const { config, handOver, joints, object } = this.options
    if (joints !== undefined && joints.ageS > config.safety.jointLostS) return joints.lost()
    const { leaderAgeS } = this
    if (leaderAgeS <= this.objectAgeS) return sensorLost(this.ageS, object)
    return handOver?.failure ?? leaderLost(leaderAgeS)
  }

  private get objectAgeS(): number {
    return Math.min(this.object.ageS, this.options.clock.now() - this.beganS)
  }

  private get leaderAgeS(): number {
    const { clock, handOver } = this.options
    return handOver?.ageS(clock.now()) ?? 0
  }
}
