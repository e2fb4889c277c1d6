import {
  BAUD_RATES_BPS,
  MODEL_NUMBERS,
  RAD_PER_STEP,
  STEPS_PER_TURN,
} from '../protocols/feetech/control-table.ts'
import { REG, type RegisterValues, ServoRegisters } from './servo-registers.ts'

export interface TwinServoOptions {
  /** Joint it moves; for messages. */
  readonly name: string
  readonly id: number
  /** +1 when more ticks turn the joint in its positive direction. */
  readonly sign: 1 | -1
  /** Encoder count at joint angle 0, before the homing offset; the middle, 2047, when left out. */
  readonly encoderZeroTicks?: number
  readonly model?: string
  /** What differs from a new servo. */
  readonly registers?: RegisterValues
}

/** One emulated servo: its memory, and how its encoder sits on the joint. */
export class TwinServo {
  readonly name: string
  readonly sign: 1 | -1
  readonly encoderZeroTicks: number
  readonly registers: ServoRegisters
  /** Set by REG_WRITE until ACTION. */
  pendingWrite: Uint8Array | undefined
  /** Deaf and mute until then [s]; restarting. */
  silentUntilS = Number.NEGATIVE_INFINITY
  /** Whole turns taken off the position by RESET [step]. */
  turnOffsetTicks = 0

  constructor(options: TwinServoOptions) {
    this.name = options.name
    this.sign = options.sign
    this.encoderZeroTicks = options.encoderZeroTicks ?? 2047
    this.registers = new ServoRegisters({
      Model_Number: MODEL_NUMBERS[(options.model ?? 'sts3215').toLowerCase()] ?? 777,
      ...options.registers,
      ID: options.id,
    })
  }

  get id(): number {
    return this.registers.get(REG.ID)
  }

  get baudBps(): number {
    return BAUD_RATES_BPS[this.registers.get(REG.BAUD)] ?? 0
  }

  /** Continuous encoder count at a joint angle, before the homing offset [step]. */
  encoderTicks(positionRad: number): number {
    return this.encoderZeroTicks + (this.sign * positionRad) / RAD_PER_STEP
  }

  /** Forgets whole turns: from now on the position counts from the present turn. */
  resetTurns(positionRad: number): void {
    const turn = Math.floor(this.encoderTicks(positionRad) / STEPS_PER_TURN)
    this.turnOffsetTicks = turn * STEPS_PER_TURN
  }
}
