import { CodedError } from '../../../configs/load/coded-error.ts'
import {
  type ArmCalibration,
  calibratedLimits,
  radiansToTicks,
  ticksToRadians,
} from '../../calibration/calibration.ts'
import type { ArmDescription, JointDescription } from '../../model/arm.schema.ts'
import type { EventClock } from '../../model/clock.ts'
import type { ArmDriver, ArmReading, CalibratedLimits } from '../arm-driver.ts'
import { copyReading, createReading } from '../arm-reading.ts'
import { RAD_PER_STEP } from '../protocols/encoder.ts'
import { putRegister } from '../protocols/register.ts'
import { wireTimeS } from '../protocols/wire.ts'
import type { Transport } from '../transports/transport.ts'
import { expectInRange } from './expect-in-range.ts'
import { findServos } from './find-servos.ts'
import { expectRegister, standingGoal } from './register-setup.ts'
import { ServoClient, servoSilent } from './servo-client.ts'
import { SERVO_FAMILIES } from './servo-families.ts'
import type { ServoFacts, ServoFamily, ServoFeedback } from './servo-family.ts'
import { settleReads } from './settle-reads.ts'
import { SyncReader } from './sync-reader.ts'
import { TorqueWatch } from './torque-watch.ts'

/** Reads in a row that report the same error before it is believed: a checksum may be one byte only. */
const FAULT_READS = 2
/** A servo that missed so many reads in a row may have been without supply. */
const SILENT_READS = 2
const OPEN_TRIES = 3
const LONG_S = 0.1
const DEFAULT_MAX_SILENCE_S = 0.25
const DEFAULT_OPEN_PATIENCE_S = 2
/** Return delay, USB in both directions, scheduling; and less than a control cycle of 100 Hz. */
const DEFAULT_REPLY_MARGIN_S = 0.008

export interface ServoBusDriverOptions {
  readonly arm: ArmDescription
  readonly calibration: ArmCalibration
  readonly transport: Transport
  readonly clock: EventClock
  /** Allowed in `read` for replies beside the time of their bytes [s]; 8 ms when left out. */
  readonly replyMarginS?: number
  /** A servo is silent when it missed this many reads in a row … */
  readonly maxMissedReads?: number
  /** … and said nothing for this long [s]. */
  readonly maxSilenceS?: number
  /** For how long servos that seem silent are asked again outside of `read`: at opening, enabling, limiting [s]. */
  readonly openPatienceS?: number
  /** Torque waits until no read was late for so long [s]; left out: it does not wait. */
  readonly settleS?: number
}

/** An arm of servos on one bus, real or emulated. */
export class ServoBusDriver implements ArmDriver {
  readonly name: string
  readonly jointNames: readonly string[]
  readonly calibrated: CalibratedLimits
  readonly #options: ServoBusDriverOptions
  readonly #joints: readonly JointDescription[]
  readonly #ids: readonly number[]
  readonly #family: ServoFamily
  readonly #client: ServoClient
  readonly #reader: SyncReader
  readonly #torque: TorqueWatch
  readonly #openPatienceS: number
  readonly #goalBytes: Uint8Array
  readonly #feedback: ServoFeedback
  #facts: ServoFacts[] = []
  /** As they are in the servos, in counts of their register. */
  #torqueLimits: number[] = []
  readonly #last: ArmReading
  /** When each joint was last heard [s]; NaN = never. */
  readonly #heardS: Float64Array
  readonly #missedReads: Int32Array
  readonly #faultReads: Int32Array
  /** Goals beyond the calibrated range, cut to it. */
  numClampedGoals = 0

  constructor(options: ServoBusDriverOptions) {
    const { arm, clock, transport, replyMarginS = DEFAULT_REPLY_MARGIN_S } = options
    this.#options = options
    this.#openPatienceS = options.openPatienceS ?? DEFAULT_OPEN_PATIENCE_S
    this.name = arm.name
    this.#joints = arm.joints.filter((joint) => joint.servo !== undefined)
    this.jointNames = this.#joints.map((joint) => joint.name)
    this.#ids = this.#joints.map((joint) => joint.servo!.id)
    if (arm.bus === undefined || this.#joints.length === 0) {
      throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no servo bus`, {
        hint: 'choose another --driver for this arm',
      })
    }
    this.calibrated = calibratedLimits(options.calibration)
    this.#family = SERVO_FAMILIES[arm.bus.protocol]
    const gripperId = this.#joints.find(({ group }) => group === 'gripper')?.servo?.id
    this.#client = new ServoClient({
      protocol: this.#family.protocol,
      transport,
      clock,
      baudBps: arm.bus.baudBps,
      patienceS: this.#openPatienceS,
      nameOf: (id) => this.jointNames[this.#ids.indexOf(id)],
      tolerated: (id) => (id === gripperId ? this.#family.gripErrors : 0),
    })
    this.#reader = new SyncReader({
      client: this.#client,
      ids: this.#ids,
      block: this.#family.feedback,
      marginS: replyMarginS,
    })
    this.#torque = new TorqueWatch(this.#client, this.#family, this.#ids)
    const count = this.#ids.length
    this.#last = createReading(count)
    this.#heardS = new Float64Array(count).fill(Number.NaN)
    this.#missedReads = new Int32Array(count)
    this.#faultReads = new Int32Array(count)
    this.#goalBytes = new Uint8Array(count * this.#family.registers.goal.size)
    this.#feedback = { positionSteps: 0, speedStepsPerS: 0, load: 0, voltageV: 0, temperatureC: 0 }
  }

  /** Replies that did not come in time, and frames that came for nobody, since creation. */
  get statistics(): { numLostReplies: number; numStrayFrames: number; numClampedGoals: number } {
    return {
      numLostReplies: this.#reader.numLostReplies,
      numStrayFrames: this.#client.numStrayFrames,
      numClampedGoals: this.numClampedGoals,
    }
  }

  async open(signal?: AbortSignal): Promise<void> {
    await this.#client.open(signal)
    try {
      await findServos(this.#client, this.#ids, this.#openPatienceS, signal)
      await this.#family.prepare(this.#client, this.#ids)
      this.#facts = []
      for (const [index, joint] of this.#joints.entries()) {
        signal?.throwIfAborted()
        const calibration = this.#options.calibration.joints[index]!
        this.#facts.push(await this.#family.setUp({ client: this.#client, joint, calibration }))
      }
      this.#torqueLimits = this.#facts.map(({ torqueLimit }) => torqueLimit)
    } catch (error) {
      await this.#client.close()
      throw error
    }
  }

  async enable(torqueShare = new Float64Array(this.#ids.length).fill(1)): Promise<void> {
    const { registers } = this.#family
    const { clock, settleS = 0 } = this.#options
    await settleReads(() => this.#readAll(), clock, settleS)
    expectInRange(this.calibrated, this.#last.positionRad, (index) =>
      this.#client.describe(this.#ids[index]!),
    )
    const goals = this.#ids.map((_, index) =>
      standingGoal(this.#facts[index]!, this.#decode(index).positionSteps),
    )
    // Acknowledged, unlike SYNC_WRITE: torque must never find an old goal.
    for (const [index, id] of this.#ids.entries()) {
      await this.#client.writeRegister(id, registers.goal, goals[index]!)
    }
    await this.limitTorque(torqueShare)
    for (const [index, joint] of this.#joints.entries()) {
      await expectRegister(this.#client, joint, registers.goal, goals[index]!)
      await expectRegister(this.#client, joint, registers.torqueLimit, this.#torqueLimits[index]!)
    }
    for (const id of this.#ids) await this.#switchTorque(id, 1)
    this.#torque.expect(true)
    await this.#readAll()
  }

  async read(out: ArmReading, byS = Number.POSITIVE_INFINITY): Promise<void> {
    const { clock } = this.#options
    if (this.#heardS.includes(Number.NaN)) await this.#readAll()
    const stampS = clock.now() + wireTimeS(this.#reader.requestBytes, this.#client.baudBps)
    await this.#reader.read(byS)
    this.#last.stampS = stampS
    for (let index = 0; index < this.#joints.length; index++) {
      if (this.#reader.isFresh[index] === 1) this.#take(index, stampS)
      else this.#miss(index, stampS)
    }
    await this.#throwFault()
    await this.#torque.look({ byS, replyS: this.#reader.replyS })
    copyReading(this.#last, out)
  }

  async write(goalRad: Float64Array): Promise<boolean> {
    const { goal } = this.#family.registers
    for (let index = 0; index < this.#joints.length; index++) {
      const calibration = this.#options.calibration.joints[index]!
      const ticks = radiansToTicks(calibration, goalRad[index]!)
      const inRange = Math.max(calibration.minTicks, Math.min(calibration.maxTicks, ticks))
      if (Number.isNaN(inRange)) {
        throw new CodedError('ROBOT_ARM_INVALID', `the goal of ${this.jointNames[index]} is NaN`)
      }
      if (inRange !== ticks) this.numClampedGoals++
      const steps = inRange + (this.#facts[index]?.turnSteps ?? 0)
      putRegister(goal, steps, this.#goalBytes, index * goal.size)
    }
    await this.#client.syncWrite(this.#ids, goal.address, goal.size, this.#goalBytes)
    return true
  }

  async limitTorque(share: Float64Array): Promise<void> {
    const beganS = this.#options.clock.now()
    for (const [index, id] of this.#ids.entries()) {
      const limit = Math.round(share[index]! * this.#facts[index]!.maxTorque)
      if (limit === this.#torqueLimits[index]) continue
      await this.#client.writeRegister(id, this.#family.registers.torqueLimit, limit)
      this.#torqueLimits[index] = limit
    }
    // What was heard before many retries has grown old meanwhile, through no fault of the servos.
    if (this.#options.clock.now() - beganS > LONG_S) await this.#readAll()
  }

  /** Tries every servo, then throws the first failure. */
  async disable(): Promise<void> {
    this.#torque.expect(false)
    const failures: unknown[] = []
    for (const id of this.#ids) {
      await this.#switchTorque(id, 0).catch((error: unknown) => {
        // A servo that reports a fault has still switched off.
        const isFault = error instanceof CodedError && error.code === 'ROBOT_SERVO_FAULT'
        if (!isFault) failures.push(error)
      })
    }
    if (failures.length > 0) throw failures[0]
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  /** Every servo heard in one read, tried for as long as at opening, or ROBOT_SERVO_SILENT. */
  async #readAll(): Promise<void> {
    const { clock } = this.#options
    const endS = clock.now() + this.#openPatienceS
    for (let attempt = 0; attempt < OPEN_TRIES || clock.now() < endS; attempt++) {
      if ((await this.#reader.read()) === 0) {
        const stampS = clock.now()
        for (let index = 0; index < this.#joints.length; index++) this.#take(index, stampS)
        return this.#throwFault()
      }
    }
    throw this.#silent(this.#reader.isFresh.indexOf(0))
  }

  #take(index: number, stampS: number): void {
    const calibration = this.#options.calibration.joints[index]!
    const { positionSteps, speedStepsPerS, load, voltageV, temperatureC } = this.#decode(index)
    const last = this.#last
    last.positionRad[index] = ticksToRadians(calibration, positionSteps)
    last.velocityRadPerS[index] = calibration.sign * speedStepsPerS * RAD_PER_STEP
    last.load[index] = calibration.sign * load
    last.voltageV[index] = voltageV
    last.temperatureC[index] = temperatureC
    last.ageS[index] = 0
    this.#heardS[index] = stampS
    if (this.#missedReads[index]! >= SILENT_READS) this.#torque.wasSilent(index)
    this.#missedReads[index] = 0
    this.#watchErrors(index)
  }

  #decode(index: number): ServoFeedback {
    const out = this.#feedback
    this.#family.decodeFeedback(this.#reader.values[index]!, this.#facts[index]!, out)
    return out
  }

  #watchErrors(index: number): void {
    const isFault = this.#client.isFault(this.#ids[index]!, this.#reader.errors[index]!)
    this.#faultReads[index] = isFault ? this.#faultReads[index]! + 1 : 0
  }

  async #throwFault(): Promise<void> {
    const index = this.#faultReads.findIndex((numReads) => numReads >= FAULT_READS)
    if (index < 0) return
    throw await this.#client.fault(this.#ids[index]!, this.#reader.errors[index]!)
  }

  #miss(index: number, stampS: number): void {
    const { maxMissedReads = 5, maxSilenceS = DEFAULT_MAX_SILENCE_S } = this.#options
    const missed = ++this.#missedReads[index]!
    const ageS = stampS - this.#heardS[index]!
    if (missed >= maxMissedReads && ageS >= maxSilenceS) throw this.#silent(index)
    this.#last.ageS[index] = ageS
  }

  #silent(index: number): CodedError {
    return servoSilent(this.#client.describe(this.#ids[index]!), {
      timeoutS: this.#reader.timeoutS,
      tries: Math.max(1, this.#missedReads[index]!),
      stalledS: this.#client.stalledSince(this.#heardS[index]! || 0),
    })
  }

  async #switchTorque(id: number, value: 0 | 1): Promise<void> {
    await this.#client.writeRegister(id, this.#family.registers.torque, value)
  }
}
