import { VOLTAGE_UNIT_V } from '../../protocols/dynamixel/control-table.ts'
import { HARDWARE_ERROR } from '../../protocols/dynamixel/status.ts'
import type { ShaftState } from '../emulated-servo.ts'
import type { RegisterMemory } from '../register-memory.ts'
import { REG } from './registers.ts'

/**
 * How long a state lasts before it counts as an error. The manual says `persistent` and no time: assumed.
 */
const VOLTAGE_S = 0.1
const OVERLOAD_S = 2
/** A motor at its full output that is slower than this is held fast [rad/s]. */
const HELD_RAD_PER_S = 0.05

/** What sets `Hardware_Error_Status`. A bit that is set stays until the servo restarts. */
export class HardwareWatch {
  #voltageS = 0
  #overloadS = 0

  clear(): void {
    this.#voltageS = 0
    this.#overloadS = 0
  }

  /** @param isAtLimit - whether the controller asks for all that it may give, or more */
  watch(registers: RegisterMemory, shaft: ShaftState, isAtLimit: boolean, stepS: number): void {
    const low = registers.get(REG.MIN_VOLTAGE) * VOLTAGE_UNIT_V
    const high = registers.get(REG.MAX_VOLTAGE) * VOLTAGE_UNIT_V
    const isOutside = shaft.supplyV < low || shaft.supplyV > high
    this.#voltageS = isOutside ? this.#voltageS + stepS : 0
    const isHeld = isAtLimit && Math.abs(shaft.velocityRadPerS) < HELD_RAD_PER_S
    this.#overloadS = isHeld ? this.#overloadS + stepS : 0
    let errors = registers.get(REG.HARDWARE_ERROR)
    if (this.#voltageS > VOLTAGE_S) errors |= HARDWARE_ERROR.VOLTAGE
    if (this.#overloadS > OVERLOAD_S) errors |= HARDWARE_ERROR.OVERLOAD
    if (shaft.temperatureC > registers.get(REG.MAX_TEMPERATURE)) {
      errors |= HARDWARE_ERROR.OVERHEATING
    }
    registers.set(REG.HARDWARE_ERROR, errors)
  }
}
