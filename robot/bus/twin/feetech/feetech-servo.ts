import { findModel } from '../../protocols/control-table.ts'
import { STEPS_PER_TURN } from '../../protocols/encoder.ts'
import {
  BAUD_RATES_BPS,
  MODEL_NUMBERS,
  RETURN_DELAY_UNIT_S,
  STS_TABLE,
  TORQUE_DAMPING,
} from '../../protocols/feetech/control-table.ts'
import {
  type EmulatedServo,
  encoderSteps,
  type ShaftState,
  type TwinServoOptions,
} from '../emulated-servo.ts'
import { RegisterMemory } from '../register-memory.ts'
import { controlledTicks, PositionLoop } from './position-loop.ts'
import { writePresentValues } from './present-values.ts'
import { type ProtectionInput, ServoProtection } from './protection.ts'
import { REG, recoverBytes, wakeUp } from './registers.ts'

/** One emulated STS servo. */
export class FeetechServo implements EmulatedServo {
  readonly name: string
  readonly sign: 1 | -1
  readonly encoderZeroTicks: number
  readonly #replyPauseS: number
  readonly registers: RegisterMemory
  /** Set by REG_WRITE until ACTION. */
  pendingWrite: Uint8Array | undefined
  silentUntilS = Number.NEGATIVE_INFINITY
  /** Whether a host has written a goal since torque went off, or power on: it holds where it is without one. */
  hasGoal = false
  /** Whole turns taken off the position by RESET [step]. */
  turnOffsetTicks = 0
  /** What RECOVER brings back; BACKUP refills it. */
  readonly #backup: Uint8Array
  readonly #loop = new PositionLoop()
  readonly #protection = new ServoProtection()
  readonly #protectionInput: ProtectionInput
  #wasPowered = false

  constructor(options: TwinServoOptions) {
    this.name = options.name
    this.sign = options.sign
    this.encoderZeroTicks = options.encoderZeroTicks ?? 2047
    this.#replyPauseS = options.replyPauseS ?? 0
    this.registers = new RegisterMemory(STS_TABLE, {
      Model_Number: findModel(MODEL_NUMBERS, options.model, 'Feetech'),
      ...options.registers,
      ID: options.id,
    })
    this.#backup = this.registers.kept.slice()
    this.#protectionInput = {
      registers: this.registers,
      wantedDuty: 0,
      currentA: 0,
      supplyV: 0,
      temperatureC: 0,
      stepS: 0,
    }
    this.powerOn()
  }

  get id(): number {
    return this.registers.get(REG.ID)
  }

  get baudBps(): number {
    return BAUD_RATES_BPS[this.registers.get(REG.BAUD)] ?? 0
  }

  get returnDelayS(): number {
    return this.#replyPauseS + this.registers.get(REG.RETURN_DELAY) * RETURN_DELAY_UNIT_S
  }

  get isTorqueOn(): boolean {
    return this.registers.get(REG.TORQUE) === 1
  }

  /** Whether it is on its way to its goal. */
  get isUnderWay(): boolean {
    return this.#wasPowered && this.#loop.isUnderWay(this.registers)
  }

  /** @param shaft - left out: a servo that begins within the first turn */
  powerOn(shaft?: Pick<ShaftState, 'positionRad'>): void {
    if (shaft !== undefined) this.resetTurns(shaft.positionRad)
    wakeUp(this.registers)
    this.pendingWrite = undefined
    this.hasGoal = false
  }

  backUp(): void {
    this.#backup.set(this.registers.kept)
  }

  recover(): void {
    recoverBytes(this.registers, this.#backup)
  }

  /** Forgets whole turns: from now on the position counts from the present turn. */
  resetTurns(positionRad: number): void {
    const turn = Math.floor(encoderSteps(this, positionRad) / STEPS_PER_TURN)
    this.turnOffsetTicks = turn * STEPS_PER_TURN
  }

  dutySteps(shaft: ShaftState, stepS: number): number {
    const { registers } = this
    const isOn = this.isTorqueOn
    if (isOn && !this.#wasPowered) this.#hold(controlledTicks(this, shaft.positionRad))
    if (!isOn) this.#protection.clear()
    this.#wasPowered = isOn
    const wanted = isOn ? this.#loop.duty(this, shaft, stepS) : 0
    const input = this.#protectionInput
    input.wantedDuty = wanted
    input.currentA = shaft.currentA
    input.supplyV = shaft.supplyV
    input.temperatureC = shaft.temperatureC
    input.stepS = stepS
    const limit = this.#protection.limit(input)
    registers.set(REG.STATUS, this.#protection.status)
    if (registers.get(REG.TORQUE) === TORQUE_DAMPING) return 0
    if (!isOn || limit === 0) return Number.NaN
    return Math.max(-limit, Math.min(limit, wanted))
  }

  /** Torque comes on at `ticks`. */
  #hold(ticks: number): void {
    this.#loop.restart(ticks)
    if (!this.hasGoal) this.registers.set(REG.GOAL_POSITION, ticks)
  }

  feedBack(shaft: ShaftState, dutySteps: number): void {
    writePresentValues(this, shaft, dutySteps)
  }
}
