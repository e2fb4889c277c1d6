import { RAD_PER_STEP, STEPS_PER_TURN } from '../../protocols/encoder.ts'
import {
  CURRENT_UNIT_A,
  PHASE_FINE_SPEED,
  PHASE_MULTI_TURN,
} from '../../protocols/feetech/control-table.ts'
import { encoderSteps, type ShaftState } from '../emulated-servo.ts'
import type { FeetechServo } from './feetech-servo.ts'
import { REG } from './registers.ts'

const FINE_STEPS_PER_S = 1
const COARSE_STEPS_PER_S = 50

/** Steps per second that one count of a speed register means. */
export const speedUnit = (phase: number): number =>
  (phase & PHASE_FINE_SPEED) !== 0 ? FINE_STEPS_PER_S : COARSE_STEPS_PER_S

/** What the position register reads at a joint angle [step]: encoder count less the homing offset. */
export function presentTicks(servo: FeetechServo, positionRad: number): number {
  const present = turnedTicks(servo, positionRad)
  const isMultiTurn = (servo.registers.get(REG.PHASE) & PHASE_MULTI_TURN) !== 0
  return isMultiTurn ? present : ((present % STEPS_PER_TURN) + STEPS_PER_TURN) % STEPS_PER_TURN
}

/** The same, whole turns counted since the servo was switched on, whatever the register shows [step]. */
export function turnedTicks(servo: FeetechServo, positionRad: number): number {
  const encoder = Math.round(encoderSteps(servo, positionRad))
  return encoder - servo.registers.get(REG.OFFSET) - servo.turnOffsetTicks
}

/** Sets `Homing_Offset` so that the present position reads `ticks`, and keeps it. */
export function calibratePresent(servo: FeetechServo, positionRad: number, ticks: number): void {
  const { registers } = servo
  const encoder = Math.round(encoderSteps(servo, positionRad))
  const half = STEPS_PER_TURN / 2
  const offset =
    ((((encoder - ticks + half) % STEPS_PER_TURN) + STEPS_PER_TURN) % STEPS_PER_TURN) - half
  registers.set(REG.OFFSET, Math.max(-(half - 1), offset))
  registers.keep(REG.OFFSET)
}

/**
 * Fills the feedback registers 56-70. Speed comes in multiples of the quantum (50 step/s), and the load's
 * sign is that of falling ticks, both as real servos report them.
 */
export function writePresentValues(
  servo: FeetechServo,
  shaft: ShaftState,
  dutySteps: number,
): void {
  const { registers } = servo
  const speed = (servo.sign * shaft.velocityRadPerS) / RAD_PER_STEP
  const quantum = Math.max(1, registers.get(REG.VELOCITY_QUANTUM))
  const quantised = Math.round(speed / quantum) * quantum
  registers.set(REG.POSITION, presentTicks(servo, shaft.positionRad))
  registers.set(REG.VELOCITY, Math.round(quantised / speedUnit(registers.get(REG.PHASE))))
  registers.set(REG.LOAD, -Math.trunc(dutySteps * 1000))
  registers.set(REG.VOLTAGE, Math.round(shaft.supplyV * 10))
  registers.set(REG.TEMPERATURE, Math.round(shaft.temperatureC))
  // From a new goal on, also before the motor has taken up speed; one that rests short of its goal has stopped.
  registers.set(REG.MOVING, quantised !== 0 || servo.isUnderWay ? 1 : 0)
  registers.set(REG.GOAL_ECHO, registers.get(REG.GOAL_POSITION))
  registers.set(REG.CURRENT, Math.round(Math.abs(shaft.currentA) / CURRENT_UNIT_A))
}
