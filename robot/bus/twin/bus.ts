import type { EventClock } from '../../model/clock.ts'
import type { RandomStream } from '../../model/random.ts'
import { SERVO_PROTOCOLS } from '../protocols/index.ts'
import type { FrameSource, ServoProtocolName } from '../protocols/servo-protocol.ts'
import { wireTimeS } from '../protocols/wire.ts'
import type { EmulatedServo, TwinServoOptions } from './emulated-servo.ts'
import type { ServoEmulation, ServoSide } from './emulation.ts'
import { EMULATIONS } from './emulations.ts'
import { FaultyPlant } from './faulty-plant.ts'
import { FirmwareLoop } from './firmware-loop.ts'
import type { Plant } from './plant.ts'
import { ReplyWire } from './reply-wire.ts'
import { createTwinFaults, type TwinFaults } from './twin-faults.ts'

/** A frame that pauses longer than this is given up [s]. */
const FRAME_GAP_S = 0.02
/** Tolerance of a UART between two baud rates. */
const BAUD_TOLERANCE = 0.03

export interface ServoBusOptions {
  readonly protocol: ServoProtocolName
  /** In the plant's order. */
  readonly servos: readonly TwinServoOptions[]
  readonly plant: Plant
  readonly clock: EventClock
  readonly random: RandomStream
  readonly faults?: Partial<TwinFaults>
  /** From the arrival of a frame of goals to its effect [s]; 0 when left out. What is acknowledged acts at once. */
  readonly commandDelayS?: number
  /**
   * How far the mechanics may fall behind the clock before time is skipped [s]: on a machine too slow for
   * real time. Without it every instant is computed.
   */
  readonly maxLagS?: number
  /** Receives what the host hears, at the time it has heard it whole. */
  readonly send: (bytes: Uint8Array) => void
}

/**
 * The half-duplex wire with its servos: reads the host's requests, lets the addressed servos act, and sends
 * their replies when their bytes would have passed at the present baud rate. Two talkers at once spoil
 * each other's bytes.
 */
export class ServoBus {
  readonly servos: readonly EmulatedServo[]
  /** As the servos see it. */
  readonly plant: Plant
  readonly faults: TwinFaults
  readonly #clock: EventClock
  readonly #emulation: ServoEmulation
  readonly #firmware: FirmwareLoop
  readonly #parser: FrameSource
  readonly #wire: ReplyWire
  readonly #broadcastId: number
  #hostBaudBps = 1_000_000
  #receivedS = Number.NEGATIVE_INFINITY
  readonly #commandDelayS: number
  readonly #maxLagS: number
  /** Plant's time less the clock's [s]. */
  #plantOffsetS: number
  /** Time that bytes, the host's and the servos', took on the wire so far [s]. */
  busyS = 0
  /** Time that the mechanics left out to keep up [s]. */
  skippedS = 0
  /** Requests that a servo's reply ran into. */
  numCollisions = 0

  constructor(options: ServoBusOptions) {
    this.#emulation = EMULATIONS[options.protocol](options.servos)
    this.servos = this.#emulation.servos
    this.#broadcastId = SERVO_PROTOCOLS[options.protocol].broadcastId
    this.#parser = this.#emulation.createParser()
    this.#commandDelayS = options.commandDelayS ?? 0
    this.#maxLagS = options.maxLagS ?? Number.POSITIVE_INFINITY
    this.#plantOffsetS = options.plant.timeS - options.clock.now()
    this.#clock = options.clock
    this.faults = createTwinFaults(options.faults)
    const ids = options.servos.map(({ id }) => id)
    this.plant = new FaultyPlant(options.plant, this.faults, ids)
    this.#firmware = new FirmwareLoop(this.servos)
    this.#wire = new ReplyWire({
      clock: options.clock,
      random: options.random,
      faults: this.faults,
      send: options.send,
    })
  }

  /** Rate at which the host's port sends and listens [bit/s]. */
  setHostBaud(baudBps: number): void {
    this.#hostBaudBps = baudBps
  }

  /** Bytes that the host's port was given now. Their effect follows when they have passed the wire. */
  receive(bytes: Uint8Array): void {
    const nowS = this.#clock.now() + this.faults.latencyS
    if (nowS - this.#receivedS > FRAME_GAP_S) this.#parser.reset()
    this.#receivedS = nowS
    const startS = Math.max(nowS, this.#wire.hostEndS)
    const byteS = this.#byteS()
    this.busyS += bytes.length * byteS
    const isClear = this.#wire.claim(startS, startS + bytes.length * byteS)
    if (!isClear) this.numCollisions++
    this.#parser.push(bytes, (id, instruction, parameters, endIndex) => {
      if (!isClear) return
      const copy = parameters.slice()
      const isGoals = instruction === this.#emulation.syncWrite
      const actS = startS + endIndex * byteS + (isGoals ? this.#commandDelayS : 0)
      this.#clock.schedule(actS, () => this.#execute(id, instruction, copy))
    })
  }

  /** Mechanics and feedback registers up to now. */
  advance(): void {
    const nowS = this.#clock.now()
    const lagS = nowS + this.#plantOffsetS - this.plant.timeS
    if (lagS > this.#maxLagS) {
      this.#plantOffsetS -= lagS - this.#maxLagS
      this.skippedS += lagS - this.#maxLagS
    }
    this.plant.advance(nowS + this.#plantOffsetS, this.#firmware)
    this.#firmware.feedBack(this.plant)
  }

  /** Switches the supply off and on: every servo restarts from its EEPROM. */
  powerCycle(): void {
    this.powerOff()
    this.powerOn()
  }

  /** No servo hears, answers or holds any more. */
  powerOff(): void {
    this.advance()
    for (let index = 0; index < this.servos.length; index++) {
      this.servos[index]!.powerOn(this.#firmware.shaftOf(index, this.plant))
      this.servos[index]!.silentUntilS = Number.POSITIVE_INFINITY
    }
  }

  /** Every servo starts, as its EEPROM says. */
  powerOn(): void {
    this.advance()
    for (let index = 0; index < this.servos.length; index++) {
      this.servos[index]!.powerOn(this.#firmware.shaftOf(index, this.plant))
      this.servos[index]!.silentUntilS = this.#clock.now()
    }
  }

  #execute(id: number, instruction: number, parameters: Uint8Array): void {
    this.advance()
    const side: ServoSide = {
      timeS: this.#clock.now(),
      byteS: this.#byteS(),
      listeners: (called) => this.#listeners(called),
      shaftOf: (index) => this.#firmware.shaftOf(index, this.plant),
      send: (frame, startS) => this.#reply(frame, startS),
    }
    this.#emulation.execute({ id, instruction, parameters }, side)
  }

  /** Indices of the servos with `id`, or in its group, that hear the host now; all of them for a broadcast. */
  #listeners(id: number): number[] {
    const nowS = this.#clock.now()
    const found: number[] = []
    for (let index = 0; index < this.servos.length; index++) {
      const servo = this.servos[index]!
      const isAddressed = id === this.#broadcastId || servo.id === id || servo.groupId === id
      if (!isAddressed || this.faults.deadIds.has(servo.id) || nowS < servo.silentUntilS) continue
      if (Math.abs(servo.baudBps / this.#hostBaudBps - 1) < BAUD_TOLERANCE) found.push(index)
    }
    return found
  }

  #reply(frame: Uint8Array, startS: number): void {
    this.busyS += frame.length * this.#byteS()
    this.#wire.send(frame, startS, this.#byteS())
  }

  #byteS(): number {
    return wireTimeS(1, this.#hostBaudBps)
  }
}
