import {
  BAUD_RATES_BPS,
  DRIVE_MODE,
  type DynamixelModel,
  FULL_PWM,
  modelOf,
  OPERATING_MODE,
  RETURN_DELAY_UNIT_S,
  VOLTAGE_UNIT_V,
  WATCHDOG_TRIPPED,
  WATCHDOG_UNIT_S,
} from '../../protocols/dynamixel/control-table.ts'
import { MAX_ID } from '../../protocols/dynamixel/frame.ts'
import { RAD_PER_STEP, STEPS_PER_TURN } from '../../protocols/encoder.ts'
import {
  type EmulatedServo,
  encoderSteps,
  type ShaftState,
  type TwinServoOptions,
} from '../emulated-servo.ts'
import { RegisterMemory } from '../register-memory.ts'
import { Controller, type ControllerInput } from './controller.ts'
import { STEPS_PER_S_PER_VELOCITY_UNIT } from './goal-slew.ts'
import { HardwareWatch } from './hardware-watch.ts'
import { CURRENT_REG, LOAD_REG, REG } from './registers.ts'
import { TableBackup } from './table-backup.ts'

/** A homing offset beyond this is ignored in position mode [step]. */
const MAX_SINGLE_TURN_OFFSET = 1024
/** Bits of `Startup_Configuration`. */
const STARTUP_TORQUE = 0x01
const STARTUP_RESTORE = 0x02
/** A servo this near its goal is in position [step]; the manual names no figure. */
const IN_POSITION_STEPS = 10
/** Bits of `Moving_Status`. */
const IN_POSITION = 0x01
const PROFILE_ONGOING = 0x02
const POSITION_MODES: readonly number[] = [
  ...[OPERATING_MODE.POSITION, OPERATING_MODE.EXTENDED_POSITION],
  OPERATING_MODE.CURRENT_BASED_POSITION,
]
const TICKS_PER_WRAP = 32_768

/** One emulated servo of the X series. */
export class DynamixelServo implements EmulatedServo {
  readonly name: string
  readonly sign: 1 | -1
  readonly encoderZeroTicks: number
  readonly #replyPauseS: number
  readonly registers: RegisterMemory
  readonly model: DynamixelModel
  readonly backup: TableBackup
  /** Address and bytes set by REG_WRITE until ACTION. */
  pendingWrite: { readonly address: number; readonly bytes: Uint8Array } | undefined
  silentUntilS = Number.NEGATIVE_INFINITY
  /** When the last request of the host passed, whoever it was for [s], on the mechanics' clock. */
  lastHeardS = 0
  /** Whole turns that the position does not count [step]; NaN until the encoder was read. */
  #turnSteps = Number.NaN
  readonly #controller = new Controller()
  readonly #watch = new HardwareWatch()
  readonly #input: ControllerInput
  #wasPowered = false

  constructor(options: TwinServoOptions) {
    this.name = options.name
    this.sign = options.sign
    this.encoderZeroTicks = options.encoderZeroTicks ?? 2047
    this.#replyPauseS = options.replyPauseS ?? 0
    this.model = modelOf(options.model)
    this.backup = new TableBackup(this.model)
    this.registers = new RegisterMemory(this.model.table, { ...options.registers, ID: options.id })
    this.#input = {
      registers: this.registers,
      currentUnitA: this.model.currentUnitA,
      present: 0,
      velocity: 0,
      currentA: 0,
      stepS: 0,
    }
    this.#wake()
  }

  get id(): number {
    return this.registers.get(REG.ID)
  }

  get groupId(): number | undefined {
    const id = this.registers.get(REG.SECONDARY_ID)
    return id <= MAX_ID ? id : undefined
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

  /** Whether a hardware error has switched the motor off; only a restart brings it back. */
  get isShutDown(): boolean {
    return (this.registers.get(REG.HARDWARE_ERROR) & this.registers.get(REG.SHUTDOWN)) !== 0
  }

  get isMoving(): boolean {
    return this.registers.get(REG.MOVING) === 1
  }

  /** Whether its mode drives to positions. */
  get #hasPosition(): boolean {
    return POSITION_MODES.includes(this.registers.get(REG.MODE))
  }

  get #isReversed(): boolean {
    return (this.registers.get(REG.DRIVE_MODE) & DRIVE_MODE.REVERSE) !== 0
  }

  powerOn(shaft: ShaftState): void {
    this.registers.restore()
    this.pendingWrite = undefined
    this.#wasPowered = false
    this.lastHeardS = shaft.timeS
    this.resetTurns(shaft.positionRad)
    this.#wake()
    this.goToPresent(shaft.positionRad)
  }

  /** From now on the position counts from the present turn. */
  resetTurns(positionRad: number): void {
    const encoder = Math.round(encoderSteps(this, positionRad))
    this.#turnSteps = Math.floor(encoder / STEPS_PER_TURN) * STEPS_PER_TURN
  }

  /** Goals as large as allowed, so that they limit nothing. */
  resetGoals(): void {
    const { registers } = this
    registers.set(REG.GOAL_PWM, registers.get(REG.PWM_LIMIT))
    if (this.model.currentUnitA === undefined) return
    registers.set(CURRENT_REG.GOAL, registers.get(CURRENT_REG.LIMIT))
  }

  /** The goal is where the joint is, without a profile. */
  goToPresent(positionRad: number): void {
    const present = this.presentSteps(positionRad)
    this.registers.set(REG.GOAL_POSITION, present)
    this.#controller.restart(present)
  }

  /** What the position register reads at a joint angle [step]. */
  presentSteps(positionRad: number): number {
    const { registers } = this
    if (Number.isNaN(this.#turnSteps)) this.resetTurns(positionRad)
    const actual = Math.round(encoderSteps(this, positionRad)) - this.#turnSteps
    // The manual does not say about which position it is mirrored: the middle of the turn, here.
    const inDirection = this.#isReversed ? STEPS_PER_TURN - 1 - actual : actual
    const offset = registers.get(REG.OFFSET)
    const isSingleTurn = registers.get(REG.MODE) === OPERATING_MODE.POSITION
    const isIgnored = isSingleTurn && Math.abs(offset) > MAX_SINGLE_TURN_OFFSET
    return isIgnored ? inDirection : inDirection + offset
  }

  dutySteps(shaft: ShaftState, stepS: number): number {
    const { registers } = this
    this.#watchBus(shaft)
    if (this.isTorqueOn && !this.#wasPowered) {
      this.#controller.restart(this.presentSteps(shaft.positionRad))
    }
    this.#wasPowered = this.isTorqueOn
    const direction = this.#isReversed ? -1 : 1
    const wanted = this.#wasPowered ? this.#wantedDuty(shaft, direction, stepS) : 0
    const limit = this.#dutyLimit()
    const isAtLimit = this.#wasPowered && Math.abs(wanted) >= limit
    this.#watch.watch(registers, shaft, isAtLimit, stepS)
    if (this.isShutDown) registers.set(REG.TORQUE, 0)
    if (!this.isTorqueOn) return Number.NaN
    return direction * Math.max(-limit, Math.min(limit, wanted))
  }

  feedBack(shaft: ShaftState, dutySteps: number): void {
    const { registers } = this
    const { slew } = this.#controller
    const direction = this.#isReversed ? -1 : 1
    const duty = direction * dutySteps
    const velocity = Math.round(direction * this.#encoderVelocity(shaft))
    const present = this.presentSteps(shaft.positionRad)
    registers.set(REG.TICK, Math.floor(shaft.timeS * 1000) % TICKS_PER_WRAP)
    registers.set(REG.PWM, Math.round(duty * FULL_PWM))
    registers.set(REG.VELOCITY, velocity)
    registers.set(REG.POSITION, present)
    registers.set(REG.MOVING, Math.abs(velocity) > registers.get(REG.MOVING_THRESHOLD) ? 1 : 0)
    const isThere = Math.abs(registers.get(REG.GOAL_POSITION) - present) <= IN_POSITION_STEPS
    const isOngoing = this.isTorqueOn && !slew.hasArrived
    const status = (isThere ? IN_POSITION : 0) | (isOngoing ? PROFILE_ONGOING : 0)
    registers.set(REG.MOVING_STATUS, this.#hasPosition ? status | slew.shape : 0)
    const followed = this.#controller.trajectoryVelocity(registers)
    registers.set(REG.VELOCITY_TRAJECTORY, Math.round(followed))
    registers.set(REG.POSITION_TRAJECTORY, Math.round(slew.position))
    registers.set(REG.VOLTAGE, Math.round(shaft.supplyV / VOLTAGE_UNIT_V))
    registers.set(REG.TEMPERATURE, Math.round(shaft.temperatureC))
    const { currentUnitA } = this.model
    const currentA = direction * this.sign * shaft.currentA
    if (currentUnitA === undefined) registers.set(LOAD_REG, Math.round(duty * 1000))
    else registers.set(CURRENT_REG.PRESENT, Math.round(currentA / currentUnitA))
  }

  /** Registers that begin at other registers' values. */
  #wake(): void {
    const startup = this.registers.get(REG.STARTUP)
    this.resetGoals()
    if ((startup & STARTUP_TORQUE) !== 0) this.registers.set(REG.TORQUE, 1)
    if ((startup & STARTUP_RESTORE) !== 0) this.backup.restoreRam(this.registers)
    this.registers.set(REG.BACKUP_READY, this.backup.isReady ? 1 : 0)
    this.#watch.clear()
  }

  /** In units of the velocity registers, positive = more encoder steps. */
  #encoderVelocity(shaft: ShaftState): number {
    const stepsPerS = (this.sign * shaft.velocityRadPerS) / RAD_PER_STEP
    return stepsPerS / STEPS_PER_S_PER_VELOCITY_UNIT
  }

  #wantedDuty(shaft: ShaftState, direction: number, stepS: number): number {
    const input = this.#input
    input.present = this.presentSteps(shaft.positionRad)
    input.velocity = direction * this.#encoderVelocity(shaft)
    input.currentA = direction * this.sign * shaft.currentA
    input.stepS = stepS
    return this.#controller.duty(input)
  }

  /** `Goal_PWM` is the goal in PWM mode, and one more limit in all others. */
  #dutyLimit(): number {
    const { registers } = this
    const limit = registers.get(REG.PWM_LIMIT)
    const isGoal = registers.get(REG.MODE) === OPERATING_MODE.PWM
    const pwm = isGoal ? limit : Math.min(limit, Math.abs(registers.get(REG.GOAL_PWM)))
    return pwm / FULL_PWM
  }

  /** Stops a servo that nobody has talked to for the time in `Bus_Watchdog`. */
  #watchBus(shaft: ShaftState): void {
    const { registers } = this
    const watchdog = registers.get(REG.WATCHDOG)
    if (watchdog === 0 || watchdog === WATCHDOG_TRIPPED || !this.isTorqueOn) return
    if (shaft.timeS - this.lastHeardS <= watchdog * WATCHDOG_UNIT_S) return
    registers.set(REG.WATCHDOG, WATCHDOG_TRIPPED)
    registers.set(REG.GOAL_VELOCITY, 0)
    if (registers.get(REG.MODE) === OPERATING_MODE.PWM) registers.set(REG.GOAL_PWM, 0)
    this.goToPresent(shaft.positionRad)
  }
}
