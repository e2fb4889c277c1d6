import type { Clock } from '../../robot/model/clock.ts'
import { ArrivalMeter, type Arrivals } from '../../robot/sensors/arrival-meter.ts'
import { JumpGate } from '../../robot/sensors/jump-gate.ts'
import { type Stamp, secondsOf } from '../recording/ros-values.ts'
import type { Subscription } from './stream.ts'

/** `sensor_msgs/JointState`, of any source. */
export interface JointStateMessage {
  readonly header?: { readonly stamp: Stamp }
  readonly name: readonly string[]
  readonly position: ArrayLike<number>
  readonly velocity: ArrayLike<number>
  readonly effort: ArrayLike<number>
}

export interface JointStatesOptions {
  /** Calls back with each message of the topic. */
  readonly subscribe: (onState: (state: JointStateMessage) => void) => Subscription
  readonly clock: Clock
  /** Age of a stamp just received [s]; negative: in the future. */
  readonly ageOf: (stampS: number) => number
  /** Names in the messages, in the order of the readings. */
  readonly names: readonly string[]
  /** Joint states whose stamp is older, or further ahead, are not believed [s]. */
  readonly maxStampAgeS: number
  readonly maxStampAheadS: number
  /** What a joint cannot do between two messages; left out: it can do anything. */
  readonly gate?: { readonly jumpRad: number; readonly fastestRadPerS: ArrayLike<number> }
}

/** Shorter steps say nothing about a speed [s]. */
const LEAST_STEP_S = 1e-3

/**
 * Joints as `sensor_msgs/JointState` tells them: by name, in any order, in one message or spread over several
 * publishers. What a message leaves out or gives as NaN keeps its value and ages. Ages count from the stamp.
 */
export class JointStates {
  /** Messages not believed, and why. */
  readonly rejected = { old: 0, future: 0, backwards: 0, outlier: 0 }
  /** Of the newest rejected stamp [s]; positive: in the past. */
  lastStampAgeS = 0
  /** Newest values, in the order of the names; effort as told [Nm or N]. */
  readonly position: Float64Array
  readonly velocity: Float64Array
  readonly effort: Float64Array
  readonly #options: JointStatesOptions
  readonly #subscription: Subscription
  readonly #meter = new ArrivalMeter()
  readonly #gates: readonly JumpGate[] | undefined
  /** When each value was taken, on the clock; NaN: never [s]. */
  readonly #takenS: Float64Array
  /** Where the joints stood in messages with these names. */
  #names: readonly string[] = []
  #places: Int32Array = new Int32Array(0)

  constructor(options: JointStatesOptions) {
    const { gate, names, subscribe } = options
    const n = names.length
    this.#options = options
    this.position = new Float64Array(n)
    this.velocity = new Float64Array(n)
    this.effort = new Float64Array(n)
    this.#takenS = new Float64Array(n).fill(Number.NaN)
    this.#gates = gate && names.map((_, i) => new JumpGate(gate.jumpRad, gate.fastestRadPerS[i]!))
    this.#subscription = subscribe((state) => this.#accept(state))
  }

  /** Joints of which nothing has come. */
  get missing(): readonly string[] {
    return this.#options.names.filter((_, i) => Number.isNaN(this.#takenS[i]!))
  }

  /** Age of the oldest joint value [s]; Infinity before all have come. */
  get ageS(): number {
    const nowS = this.#options.clock.now()
    let oldest = 0
    for (const takenS of this.#takenS) oldest = Math.max(oldest, nowS - takenS)
    return Number.isNaN(oldest) ? Number.POSITIVE_INFINITY : oldest
  }

  /** Age of a joint's value [s]; NaN: it was never told. */
  ageOf(joint: number): number {
    return this.#options.clock.now() - this.#takenS[joint]!
  }

  /** How the messages that were believed arrived; null while they are too few. */
  get arrivals(): Arrivals | null {
    return this.#meter.arrivals
  }

  close(): void {
    this.#subscription.close()
  }

  #accept({ header, name, position, velocity, effort }: JointStateMessage): void {
    const takenS = this.#timeOf(header === undefined ? 0 : secondsOf(header.stamp))
    if (takenS === null) return
    this.#findPlaces(name)
    let isBackwards = false
    let isTaken = false
    for (let i = 0; i < this.#places.length; i++) {
      const place = this.#places[i]!
      const q = place < 0 ? Number.NaN : (position[place] ?? Number.NaN)
      if (!Number.isFinite(q)) continue
      if (takenS < this.#takenS[i]!) isBackwards = true
      else if (this.#gates?.[i]?.takes(takenS, q) === false) this.rejected.outlier++
      else {
        this.#take(i, takenS, { q, speed: velocity[place], effort: effort[place] })
        isTaken = true
      }
    }
    if (isTaken) this.#meter.add(takenS, this.#options.clock.now() - takenS)
    if (isBackwards) this.rejected.backwards++
  }

  /** When a message with this stamp was taken, on the clock [s]; null: not to be believed. */
  #timeOf(stampS: number): number | null {
    const { ageOf, clock, maxStampAgeS, maxStampAheadS } = this.#options
    // Without a stamp the time of arrival stands for it.
    if (stampS === 0) return clock.now()
    const ageS = ageOf(stampS)
    const isOld = ageS > maxStampAgeS
    const isAhead = ageS < -maxStampAheadS
    if (!isOld && !isAhead) return clock.now() - Math.max(0, ageS)
    this.rejected[isOld ? 'old' : 'future']++
    this.lastStampAgeS = ageS
    return null
  }

  #take(
    i: number,
    takenS: number,
    { q, speed, effort }: { q: number; speed: number | undefined; effort: number | undefined },
  ): void {
    const stepS = takenS - this.#takenS[i]!
    if (speed !== undefined && Number.isFinite(speed)) this.velocity[i] = speed
    else if (stepS > LEAST_STEP_S) this.velocity[i] = (q - this.position[i]!) / stepS
    if (effort !== undefined && Number.isFinite(effort)) this.effort[i] = effort
    this.position[i] = q
    this.#takenS[i] = takenS
  }

  #findPlaces(names: readonly string[]): void {
    const isSame =
      names.length === this.#names.length && names.every((name, k) => name === this.#names[k])
    if (isSame) return
    this.#names = [...names]
    this.#places = Int32Array.from(this.#options.names, (name) => names.indexOf(name))
  }
}
