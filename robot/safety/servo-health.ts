import { Lasting } from './lasting.ts'
import type { SafetyRule } from './safety-rule.ts'

/**
 * Ends the run, the arm laid down, when a servo is hotter than `maxTemperatureC` or loaded beyond `maxLoad` for
 * `loadS` on average: holding on would not cool it. A load is a share of stall torque; its running mean has the
 * time constant `loadS`.
 */
export function createServoHeatRule(limits: {
  readonly maxTemperatureC: number
  readonly maxLoad: number
  readonly loadS: number
}): SafetyRule {
  let meanLoad: Float64Array | undefined
  return {
    name: 'servoHeat',
    apply(command, { dtS, load, temperatureC }) {
      meanLoad ??= new Float64Array(command.length)
      const rate = 1 - Math.exp(-dtS / limits.loadS)
      let isTooMuch = false
      for (let i = 0; i < command.length; i++) {
        meanLoad[i] = meanLoad[i]! + rate * (Math.abs(load[i]!) - meanLoad[i]!)
        if (meanLoad[i]! > limits.maxLoad || temperatureC[i]! > limits.maxTemperatureC) {
          isTooMuch = true
        }
      }
      return isTooMuch ? 'park' : 'pass'
    },
    reset() {
      meanLoad = undefined
    },
  }
}

/**
 * Stops when a servo's supply is out of its range for `durationS`: too low it holds nothing, too high it breaks.
 * A reading of 0 is none: a servo without supply does not answer.
 */
export function createSupplyVoltageRule(
  [lowV, highV]: readonly [number, number],
  durationS: number,
): SafetyRule {
  const outside = new Lasting()
  return {
    name: 'supplyVoltage',
    apply(command, { previousCommand, timeS, voltageV }) {
      let isOutside = false
      for (let i = 0; i < command.length; i++) {
        const volts = voltageV[i]!
        if (volts !== 0 && (volts < lowV || volts > highV)) isOutside = true
      }
      if (!(outside.update(isOutside, timeS) >= durationS)) return 'pass'
      command.set(previousCommand)
      return 'stop'
    },
    reset: () => outside.reset(),
  }
}
