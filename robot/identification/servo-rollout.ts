import type { Pendulum, ServoLog } from './servo-log.ts'

/** Step of the grid that simulations are judged on [s]; as in Rhoban/bam. */
export const GRID_STEP_S = 0.005

/** How a servo's firmware turns a position error into duty. */
export interface ServoFirmware {
  /** Duty per radian and unit of the P gain. */
  readonly dutyPerRad: number
  readonly maxDuty: number
  /** What the register of the present duty reads at full duty. */
  readonly dutyRegister?: number | undefined
  /** Whether the voltage register, averaged, is the supply's mean. */
  readonly hasMeanVoltage?: boolean | undefined
}

/** A log laid out for simulation: what was measured on an even grid, and the commands as they were sent. */
export interface ServoRollout {
  readonly log: ServoLog
  readonly pendulum: Pendulum
  readonly firmware: ServoFirmware
  /** Duty per radian at this log's gain. */
  readonly dutyPerRad: number
  /** Supply without load [V]. */
  readonly openVoltageV: number
  readonly startPositionRad: number
  readonly startSpeedRadPerS: number
  /** Measured positions, supply voltage (NaN where there is none) and the servo's temperature [numSteps]. */
  readonly positionRad: Float64Array
  readonly voltageV: Float64Array
  readonly temperatureC: Float64Array
}

/** Duty below which a servo does not load its supply. */
const IDLE_DUTY = 0.1
/** Where a log has no temperature [°C]. */
const ROOM_C = 25

export function createRollout(log: ServoLog, firmware: ServoFirmware): ServoRollout {
  const numSteps = Math.ceil((log.timeS.at(-1)! - Number.EPSILON) / GRID_STEP_S)
  const dutyPerRad = firmware.dutyPerRad * log.gain
  const temperatureC = onGrid(log.timeS, log.temperatureC, numSteps)
  return {
    log,
    pendulum: log.pendulum,
    firmware,
    dutyPerRad,
    openVoltageV: openVoltage(log, dutyPerRad),
    startPositionRad: log.positionRad[0]!,
    startSpeedRadPerS: log.speedRadPerS[0]!,
    positionRad: onGrid(log.timeS, log.positionRad, numSteps),
    voltageV: onGrid(log.timeS, log.voltageV, numSteps),
    temperatureC: temperatureC.map((celsius) => (Number.isNaN(celsius) ? ROOM_C : celsius)),
  }
}

/** Linear between samples on 0, step, 2 step …; before the first sample extrapolated, as Rhoban/bam does. */
function onGrid(timeS: Float64Array, values: Float64Array, numSteps: number): Float64Array {
  const grid = new Float64Array(numSteps)
  let i = 0
  for (let k = 0; k < numSteps; k++) {
    const t = k * GRID_STEP_S
    while (i < timeS.length - 2 && t > timeS[i + 1]!) i++
    const share = (t - timeS[i]!) / (timeS[i + 1]! - timeS[i]!)
    grid[k] = values[i]! + (values[i + 1]! - values[i]!) * share
  }
  return grid
}

/** Mean voltage while the servo hardly pulls; what the supply is set to where the log has no voltage. */
function openVoltage(log: ServoLog, dutyPerRad: number): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < log.timeS.length; i++) {
    const duty = log.isOn[i] === 1 ? dutyPerRad * (log.goalRad[i]! - log.positionRad[i]!) : 0
    const voltage = log.voltageV[i]!
    if (Math.abs(duty) > IDLE_DUTY || Number.isNaN(voltage)) continue
    sum += voltage
    count++
  }
  return count === 0 ? log.supplyV : sum / count
}
