import type { EventClock } from '../../model/clock.ts'
import type { RandomStream } from '../../model/random.ts'
import { RETURN_DELAY_UNIT_S } from '../protocols/feetech/control-table.ts'
import {
  BROADCAST_ID,
  encodeFrame,
  FRAME_OVERHEAD_BYTES,
  INSTRUCTION,
  wireTimeS,
} from '../protocols/feetech/frame.ts'
import { FrameParser } from '../protocols/feetech/frame-parser.ts'
import { type BusFaults, createBusFaults } from './bus-faults.ts'
import type { Plant } from './plant.ts'
import { writePresentValues } from './present-values.ts'
import { ReplyWire } from './reply-wire.ts'
import { ServoFirmware } from './servo-firmware.ts'
import { executeInstruction, readMemory, writeMemory } from './servo-instructions.ts'
import { REG } from './servo-registers.ts'
import { TwinServo, type TwinServoOptions } from './twin-servo.ts'

/** Bytes of pause per reply slot of SYNC_READ and broadcast PING. */
const SLOT_PAUSE_BYTES = 3
/** A frame that pauses longer than this is given up [s]. */
const FRAME_GAP_S = 0.02
/** Tolerance of a UART between two baud rates. */
const BAUD_TOLERANCE = 0.03

export interface ServoBusOptions {
  /** In the plant's order. */
  readonly servos: readonly TwinServoOptions[]
  readonly plant: Plant
  readonly clock: EventClock
  readonly random: RandomStream
  readonly faults?: Partial<BusFaults>
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
  readonly servos: readonly TwinServo[]
  readonly plant: Plant
  readonly faults: BusFaults
  readonly #clock: EventClock
  readonly #firmware: ServoFirmware
  readonly #parser = new FrameParser()
  readonly #wire: ReplyWire
  #hostBaudBps = 1_000_000
  #receivedS = Number.NEGATIVE_INFINITY
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
    this.servos = options.servos.map((servo) => new TwinServo(servo))
    this.plant = options.plant
    this.#maxLagS = options.maxLagS ?? Number.POSITIVE_INFINITY
    this.#plantOffsetS = options.plant.timeS - options.clock.now()
    this.#clock = options.clock
    this.faults = createBusFaults(options.faults)
    this.#firmware = new ServoFirmware(this.servos)
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
      this.#clock.schedule(startS + endIndex * byteS, () => this.#execute(id, instruction, copy))
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
    for (let index = 0; index < this.servos.length; index++) {
      const duty = this.#firmware.dutyTicks[index]!
      writePresentValues(this.servos[index]!, this.plant, index, duty)
    }
  }

  /** Switches the supply off and on: every servo restarts from its EEPROM. */
  powerCycle(): void {
    const silentUntilS = this.#clock.now()
    for (const servo of this.servos) {
      servo.registers.powerOn()
      servo.silentUntilS = silentUntilS
    }
  }

  #execute(id: number, instruction: number, parameters: Uint8Array): void {
    this.advance()
    if (instruction === INSTRUCTION.SYNC_WRITE) this.#syncWrite(parameters)
    else if (instruction === INSTRUCTION.SYNC_READ) this.#syncRead(parameters)
    else this.#addressed(id, instruction, parameters)
  }

  /** Index of the servos with `id` that hear the host now; all of them for a broadcast. */
  #listeners(id: number): number[] {
    const nowS = this.#clock.now()
    const found: number[] = []
    for (let index = 0; index < this.servos.length; index++) {
      const servo = this.servos[index]!
      const isAddressed = id === BROADCAST_ID || servo.id === id
      if (!isAddressed || this.faults.deadIds.has(servo.id) || nowS < servo.silentUntilS) continue
      if (Math.abs(servo.baudBps / this.#hostBaudBps - 1) < BAUD_TOLERANCE) found.push(index)
    }
    return found
  }

  #addressed(id: number, instruction: number, parameters: Uint8Array): void {
    const isBroadcast = id === BROADCAST_ID
    const timeS = this.#clock.now()
    for (const index of this.#listeners(id)) {
      const servo = this.servos[index]!
      const replyId = servo.id
      const delayS = this.#returnDelayS(servo)
      if (isBroadcast && instruction === INSTRUCTION.READ) continue
      const positionRad = this.plant.positionRad[index]!
      const answer = executeInstruction(servo, { instruction, parameters, positionRad, timeS })
      if (answer === undefined || (isBroadcast && instruction !== INSTRUCTION.PING)) continue
      const slotBytes = isBroadcast ? replyId * (FRAME_OVERHEAD_BYTES + SLOT_PAUSE_BYTES) : 0
      this.#reply(servo, replyId, answer, timeS + delayS + slotBytes * this.#byteS())
    }
  }

  #syncWrite(parameters: Uint8Array): void {
    const address = parameters[0]!
    const length = parameters[1]!
    for (let at = 2; at + length < parameters.length; at += length + 1) {
      const values = parameters.subarray(at + 1, at + 1 + length)
      for (const index of this.#listeners(parameters[at]!)) {
        writeMemory(this.servos[index]!, address, values, this.plant.positionRad[index]!)
      }
    }
  }

  /** Replies stand in fixed slots: a missing servo leaves a gap. */
  #syncRead(parameters: Uint8Array): void {
    const address = parameters[0]!
    const length = parameters[1]!
    const slotBytes = length + FRAME_OVERHEAD_BYTES + SLOT_PAUSE_BYTES
    const ids = parameters.subarray(2)
    for (let slot = 0; slot < ids.length; slot++) {
      for (const index of this.#listeners(ids[slot]!)) {
        const servo = this.servos[index]!
        const answer = readMemory(servo, address, length)
        if (answer === undefined) continue
        const slotS = slot * slotBytes * this.#byteS()
        this.#reply(servo, servo.id, answer, this.#clock.now() + this.#returnDelayS(servo) + slotS)
      }
    }
  }

  #reply(servo: TwinServo, id: number, answer: Uint8Array, startS: number): void {
    const frame = encodeFrame(id, servo.registers.get(REG.STATUS), answer)
    this.busyS += frame.length * this.#byteS()
    this.#wire.send(frame, startS, this.#byteS())
  }

  #returnDelayS(servo: TwinServo): number {
    return servo.registers.get(REG.RETURN_DELAY) * RETURN_DELAY_UNIT_S
  }

  #byteS(): number {
    return wireTimeS(1, this.#hostBaudBps)
  }
}
