import type { ArmDriver, ArmReading } from '../../../robot/bus/arm-driver.ts'
import type { Clock } from '../../../robot/model/clock.ts'

/** An arm without mechanics: joints are at the last goal as soon as it is written. */
export class FakeArmDriver implements ArmDriver {
  readonly name = 'fake'
  readonly jointNames: readonly string[]
  /** What was asked of it, in order. */
  readonly calls: string[] = []
  /** Every goal that was written, and when [s]. */
  readonly writes: { readonly timeS: number; readonly goal: Float64Array }[] = []
  readonly positionRad: Float64Array
  readonly torqueShare: Float64Array
  readonly load: Float64Array
  readonly temperatureC: Float64Array
  /** Called before each read and write; may throw, or change the joints. */
  onRead: () => void = () => {}
  onWrite: () => void = () => {}
  /** Jammed joints do not move. */
  isJammed = false
  /** Goals do not go out, and are not in `writes`. */
  isKeepingBack = false
  jointAgeS = 0
  private readonly clock: Clock

  constructor(jointNames: readonly string[], start: ArrayLike<number>, clock: Clock) {
    this.jointNames = jointNames
    this.positionRad = Float64Array.from(start)
    this.torqueShare = new Float64Array(jointNames.length).fill(1)
    this.load = new Float64Array(jointNames.length)
    this.temperatureC = new Float64Array(jointNames.length).fill(30)
    this.clock = clock
  }

  open(): Promise<void> {
    return this.note('open')
  }

  enable(): Promise<void> {
    return this.note('enable')
  }

  async read(out: ArmReading): Promise<void> {
    this.onRead()
    out.stampS = this.clock.now()
    out.positionRad.set(this.positionRad)
    out.load.set(this.load)
    out.temperatureC.set(this.temperatureC)
    out.ageS.fill(this.jointAgeS)
  }

  async write(goalRad: Float64Array): Promise<boolean> {
    if (this.isKeepingBack) return false
    this.writes.push({ timeS: this.clock.now(), goal: goalRad.slice() })
    this.onWrite()
    if (!this.isJammed) this.positionRad.set(goalRad)
    return true
  }

  limitTorque(share: Float64Array): Promise<void> {
    this.torqueShare.set(share)
    return this.note('limitTorque')
  }

  disable(): Promise<void> {
    return this.note('disable')
  }

  close(): Promise<void> {
    return this.note('close')
  }

  private async note(call: string): Promise<void> {
    this.calls.push(call)
  }
}
