import { CURRENT_UNIT_A } from '../../protocols/feetech/control-table.ts'
import { ERROR_BIT } from '../../protocols/feetech/status.ts'
import type { RegisterMemory } from '../register-memory.ts'
import { REG } from './registers.ts'

/** Bound of the duty whatever is asked: Rhoban/bam, commit 1b5a1ce, fitted to real STS3215 logs. */
export const MAX_DUTY = 0.97
/** Protection times count 10 ms. */
const TIME_UNIT_S = 0.01
const VOLTAGE_UNIT_V = 0.1

export interface ProtectionInput {
  readonly registers: RegisterMemory
  /** Before any limit, positive = more ticks. */
  wantedDuty: number
  currentA: number
  supplyV: number
  temperatureC: number
  stepS: number
}

/**
 * Torque limit and the protections of registers 13-15, 28 and 34-38, for one servo. After an overload that
 * lasted the protection time the servo holds with the protective torque only, until it is asked to turn the
 * other way or torque is switched on anew. How hard faults unload the motor follows register 19.
 */
export class ServoProtection {
  /** Error bits, as in register 65. */
  status = 0
  #overloadS = 0
  #overCurrentS = 0
  #overloadSign = 0

  clear(): void {
    this.status = 0
    this.#overloadS = 0
    this.#overCurrentS = 0
    this.#overloadSign = 0
  }

  /** Largest duty allowed now; 0 = unloaded. */
  limit(input: ProtectionInput): number {
    const { registers } = input
    this.#watchSupply(input)
    this.#watchCurrent(input)
    this.#watchOverload(input)
    const unloading = this.status & registers.get(REG.UNLOADING)
    if ((unloading & (ERROR_BIT.TEMPERATURE | ERROR_BIT.CURRENT | ERROR_BIT.VOLTAGE)) !== 0)
      return 0
    const limit = Math.min(MAX_DUTY, registers.get(REG.TORQUE_LIMIT) / 1000)
    if ((unloading & ERROR_BIT.OVERLOAD) === 0) return limit
    return Math.min(limit, registers.get(REG.PROTECTIVE_TORQUE) / 100)
  }

  #watchSupply({ registers, supplyV, temperatureC }: ProtectionInput): void {
    const low = registers.get(REG.MIN_VOLTAGE) * VOLTAGE_UNIT_V
    const high = registers.get(REG.MAX_VOLTAGE) * VOLTAGE_UNIT_V
    this.#flag(ERROR_BIT.VOLTAGE, supplyV < low || supplyV > high)
    this.#flag(ERROR_BIT.TEMPERATURE, temperatureC > registers.get(REG.MAX_TEMPERATURE))
  }

  #watchCurrent({ registers, currentA, stepS }: ProtectionInput): void {
    const limitA = registers.get(REG.PROTECTION_CURRENT) * CURRENT_UNIT_A
    if (limitA === 0 || Math.abs(currentA) <= limitA) {
      this.#overCurrentS = 0
      return
    }
    this.#overCurrentS += stepS
    const allowedS = registers.get(REG.OVER_CURRENT_TIME) * TIME_UNIT_S
    if (this.#overCurrentS > allowedS) this.#flag(ERROR_BIT.CURRENT, true)
  }

  #watchOverload({ registers, wantedDuty, stepS }: ProtectionInput): void {
    if ((this.status & ERROR_BIT.OVERLOAD) !== 0) {
      if (Math.sign(wantedDuty) !== -this.#overloadSign) return
      this.#flag(ERROR_BIT.OVERLOAD, false)
      this.#overloadS = 0
    }
    const torqueLimit = Math.min(MAX_DUTY, registers.get(REG.TORQUE_LIMIT) / 1000)
    const applied = Math.min(Math.abs(wantedDuty), torqueLimit)
    if (applied <= registers.get(REG.OVERLOAD_TORQUE) / 100) {
      this.#overloadS = 0
      return
    }
    this.#overloadS += stepS
    if (this.#overloadS <= registers.get(REG.PROTECTION_TIME) * TIME_UNIT_S) return
    this.#overloadSign = Math.sign(wantedDuty)
    this.#flag(ERROR_BIT.OVERLOAD, true)
  }

  #flag(bit: number, isSet: boolean): void {
    this.status = isSet ? this.status | bit : this.status & ~bit
  }
}
