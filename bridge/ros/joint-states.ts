import type { ArmReading } from '../../robot/bus/arm-driver.ts'
import type { Clock } from '../../robot/model/clock.ts'
import type { Closable, RosNode } from './graph.ts'
import { type JointState, secondsIn } from './interfaces.ts'
import { SENSOR_QOS } from './qos.ts'
import type { RosConfig } from './ros.schema.ts'

export interface JointStatesOptions {
  readonly node: RosNode
  readonly clock: Clock
  readonly topic: string
  /** Names in ROS, in the order of the readings. */
  readonly names: readonly string[]
  /** Effort of full load, per joint [Nm or N]. */
  readonly fullEffort: ArrayLike<number>
  readonly staleness: RosConfig['staleness']
}

/** Shorter steps say nothing about a speed [s]. */
const LEAST_STEP_S = 1e-3

/**
 * Joints as `sensor_msgs/JointState` tells them: by name, in any order, in one message or spread over several
 * publishers. What a message leaves out or gives as NaN keeps its value and ages. Ages count from the stamp.
 */
export class JointStates {
  /** Messages not believed, and why. */
  readonly rejected = { old: 0, future: 0, backwards: 0 }
  /** Of the newest rejected stamp [s]; positive: in the past. */
  lastStampAgeS = 0
  readonly #options: JointStatesOptions
  readonly #subscription: Closable
  readonly #position: Float64Array
  readonly #velocity: Float64Array
  readonly #effort: Float64Array
  /** When each value was taken, on the clock; NaN: never [s]. */
  readonly #takenS: Float64Array
  /** Where the joints stood in messages with these names. */
  #names: readonly string[] = []
  #places: Int32Array = new Int32Array(0)

  constructor(options: JointStatesOptions) {
    const { names, node, topic } = options
    const n = names.length
    this.#options = options
    this.#position = new Float64Array(n)
    this.#velocity = new Float64Array(n)
    this.#effort = new Float64Array(n)
    this.#takenS = new Float64Array(n).fill(Number.NaN)
    this.#subscription = node.subscribe('sensor_msgs/msg/JointState', topic, SENSOR_QOS, (state) =>
      this.#accept(state),
    )
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

  read(out: ArmReading): void {
    const nowS = this.#options.clock.now()
    out.stampS = Math.min(...this.#takenS)
    out.positionRad.set(this.#position)
    out.velocityRadPerS.set(this.#velocity)
    out.voltageV.fill(0)
    out.temperatureC.fill(0)
    for (let i = 0; i < this.#takenS.length; i++) {
      out.load[i] = this.#effort[i]! / this.#options.fullEffort[i]!
      out.ageS[i] = nowS - this.#takenS[i]!
    }
  }

  close(): void {
    this.#subscription.close()
  }

  #accept({ header, name, position, velocity, effort }: JointState): void {
    const takenS = this.#timeOf(header === undefined ? 0 : secondsIn(header.stamp))
    if (takenS === null) return
    this.#findPlaces(name)
    let isBackwards = false
    for (let i = 0; i < this.#places.length; i++) {
      const place = this.#places[i]!
      const q = place < 0 ? Number.NaN : (position[place] ?? Number.NaN)
      if (!Number.isFinite(q)) continue
      if (takenS < this.#takenS[i]!) isBackwards = true
      else this.#take(i, takenS, { q, speed: velocity[place], effort: effort[place] })
    }
    if (isBackwards) this.rejected.backwards++
  }

  /** When a message with this stamp was taken, on the clock [s]; null: not to be believed. */
  #timeOf(stampS: number): number | null {
    const { clock, node, staleness } = this.#options
    // Without a stamp the time of arrival stands for it.
    if (stampS === 0) return clock.now()
    const ageS = node.now() - stampS
    const isOld = ageS > staleness.maxStampAgeS
    const isAhead = ageS < -staleness.maxStampAheadS
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
    if (speed !== undefined && Number.isFinite(speed)) this.#velocity[i] = speed
    else if (stepS > LEAST_STEP_S) this.#velocity[i] = (q - this.#position[i]!) / stepS
    if (effort !== undefined && Number.isFinite(effort)) this.#effort[i] = effort
    this.#position[i] = q
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
