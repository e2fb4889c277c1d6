import type { ServoParameters } from './servo-parameters.ts'
import { GRID_STEP_S, type ServoRollout } from './servo-rollout.ts'
import { createToldGoals, type ToldGoals, tellGoals } from './told-goals.ts'

const GRAVITY_M_PER_S2 = 9.80665
/** Copper's resistance grows, a magnet's field shrinks with temperature [1/K], from 25 °C. */
const COPPER_PER_K = 0.0039
const MAGNET_PER_K = -0.0015
const REFERENCE_C = 25

/** Steps of the simulation in one of the grid. */
export const SUBSTEPS = 5

/** What a simulation fills in [numSteps]. */
export interface ServoTrace {
  readonly positionRad: Float64Array
  readonly speedRadPerS: Float64Array
  /** From the supply, and in the winding [A]. */
  readonly supplyCurrentA: Float64Array
  readonly motorCurrentA: Float64Array
  readonly duty: Float64Array
  readonly windingC: Float64Array
}

export function createTrace(numSteps: number): ServoTrace {
  const column = () => new Float64Array(numSteps)
  return {
    positionRad: column(),
    speedRadPerS: column(),
    supplyCurrentA: column(),
    motorCurrentA: column(),
    duty: column(),
    windingC: column(),
  }
}

/**
 * Open loop: from the log's first sample on only its commands are used, never its measurements (but the
 * servo's own temperature, which the winding is warmer than).
 *
 * A motor behind a gear, at the shaft, speed w, current i:
 *
 *   duty  = clamp(dutyScale · dutyPerRad · (goal - q ± dead band - derivativeS · w)), none where torque is off
 *   bus   = V₀ - supplyOhm · |duty i| - lineOhm · |i|, which the winding sees while the bridge is on
 *   i     = (duty · bus - k w)/R, within ± currentLimit
 *   (J + armature) dw/dt = k i - viscous · w - m g l sin(q - zero) + friction
 *   friction within ± (coulomb + stribeck s + (loadFriction + loadStribeck s) · load), s = exp(-|w|/w_s)
 *   load  = 2 |share (k i - armature dw/dt) + (1 - share) (J dw/dt - outer torque)|: what the gear's teeth carry
 *
 * and dry friction sticks where it can. R and k follow the winding's temperature, which follows R i². Half a step of
 * motion goes before the forces and half after them (leapfrog): errors fall with the square of the step.
 *
 * @param told - `tellGoals` of these parameters' delays and as many substeps, where that is known already
 */
export function simulateServo(
  rollout: ServoRollout,
  parameters: ServoParameters,
  out: ServoTrace,
  substeps = SUBSTEPS,
  told: ToldGoals = tellGoals(rollout, parameters, substeps, createToldGoals(rollout, substeps)),
): void {
  const { firmware, openVoltageV, temperatureC } = rollout
  const { massKg, lengthM, barMassKg } = rollout.pendulum
  const { maxDuty } = firmware
  const gravityNm = (massKg + barMassKg / 2) * GRAVITY_M_PER_S2 * lengthM
  const outerInertia = (massKg + barMassKg / 3) * lengthM * lengthM
  const inertia = outerInertia + parameters.armatureKgM2
  const dutyPerRad = rollout.dutyPerRad * parameters.dutyScale
  const { coulombNm, stribeckNm, loadFriction, loadStribeck, viscousNmSPerRad } = parameters
  const { supplyOhm, lineOhm, currentLimitA, zeroOffsetRad } = parameters
  const motorShare = 2 * parameters.motorShare
  const outerShare = 2 - motorShare
  const loadInertia = outerShare * outerInertia - motorShare * parameters.armatureKgM2
  const hasStribeck = stribeckNm !== 0 || loadStribeck !== 0
  const perStribeckSpeed = -1 / parameters.stribeckSpeedRadPerS
  const { thermalResistanceKPerW, heatCapacityJPerK } = parameters
  const dt = GRID_STEP_S / substeps
  const maxGoalStep = parameters.goalSpeedRadPerS * dt
  const { derivativeS, deadBandRad } = parameters

  const numSteps = rollout.positionRad.length
  let q = rollout.startPositionRad
  let w = rollout.startSpeedRadPerS
  let goal = rollout.log.goalRad[0]!
  let rise = 0
  let supplyCurrent = 0
  let current = 0
  let duty = 0
  for (let k = 0; k < numSteps; k++) {
    const winding = temperatureC[k]! + rise
    out.positionRad[k] = q
    out.speedRadPerS[k] = w
    out.supplyCurrentA[k] = supplyCurrent
    out.motorCurrentA[k] = current
    out.duty[k] = duty
    out.windingC[k] = winding
    const warmth = winding - REFERENCE_C
    const resistance = parameters.resistanceOhm * (1 + COPPER_PER_K * warmth)
    const constant = parameters.torqueConstantNmPerA * (1 + MAGNET_PER_K * warmth)
    let heat = 0
    for (let j = 0; j < substeps; j++) {
      const wanted = told.goalRad[k * substeps + j]!
      goal += Math.max(-maxGoalStep, Math.min(maxGoalStep, wanted - goal))
      q += (dt / 2) * w
      const outer = -gravityNm * Math.sin(q - zeroOffsetRad)
      let motorAtRest = 0
      let braking = 0
      const onShare = told.onShare[k * substeps + j]!
      if (onShare > 0) {
        const error = goal - q
        const felt =
          error > deadBandRad ? error - deadBandRad : error < -deadBandRad ? error + deadBandRad : 0
        duty = dutyPerRad * (felt - derivativeS * w)
        duty = Math.max(-maxDuty, Math.min(maxDuty, duty))
        const size = Math.abs(duty)
        const total = resistance + size * (lineOhm + supplyOhm * size)
        current = (duty * openVoltageV - constant * w) / total
        if (current > currentLimitA) {
          current = currentLimitA
          motorAtRest = constant * current
        } else if (current < -currentLimitA) {
          current = -currentLimitA
          motorAtRest = constant * current
        } else {
          motorAtRest = (constant * duty * openVoltageV) / total
          braking = (constant * constant) / total
        }
        current *= onShare
        motorAtRest *= onShare
        braking *= onShare
        supplyCurrent = duty * current
        heat += current * current
      } else {
        duty = 0
        current = 0
        supplyCurrent = 0
      }
      // Braking and viscous friction are implicit; dry friction takes what speed it can.
      const torque = constant * current
      const fading = hasStribeck ? Math.exp(perStribeckSpeed * Math.abs(w)) : 0
      const plain = coulombNm + stribeckNm * fading
      const perLoad = loadFriction + loadStribeck * fading
      const still = motorShare * torque - outerShare * outer
      const drive = torque + outer - viscousNmSPerRad * w
      const load = gearLoad(w, drive, still, plain, perLoad, inertia, loadInertia)
      const dry = plain + perLoad * load
      const system = inertia + dt * (braking + viscousNmSPerRad)
      const free = (inertia * w + dt * (motorAtRest + outer)) / system
      const most = (dt * dry) / system
      w = free > most ? free - most : free < -most ? free + most : 0
      q += (dt / 2) * w
    }
    if (thermalResistanceKPerW > 0) {
      const power = (resistance * heat) / substeps
      rise += (GRID_STEP_S * (power - rise / thermalResistanceKPerW)) / heatCapacityJPerK
    }
  }
}

/**
 * What the gear's teeth carry [Nm], twice: friction brakes the shaft, and so changes what its inertia asks of the
 * teeth, in the direction of the load or against it; both are tried.
 *
 * @param drive - motor, outer torque and viscous friction together
 * @param still - the load without acceleration, signed
 * @param plain - dry friction without load, and `perLoad` what each of its newton metres adds
 * @param loadInertia - what the signed load grows by with acceleration
 */
function gearLoad(
  speed: number,
  drive: number,
  still: number,
  plain: number,
  perLoad: number,
  inertia: number,
  loadInertia: number,
): number {
  const atRest = Math.abs(still)
  if (speed === 0 && Math.abs(drive) <= plain + perLoad * atRest) return atRest
  const forward = speed > 0 || (speed === 0 && drive > 0) ? 1 : -1
  const side = still >= 0 ? 1 : -1
  const braking = forward * side * perLoad
  const push = drive - forward * plain
  const first = (push - braking * still) / (inertia + braking * loadInertia)
  const along = side * (still + loadInertia * first)
  if (along >= 0) return along
  const second = (push + braking * still) / (inertia - braking * loadInertia)
  return Math.max(0, -side * (still + loadInertia * second))
}

/** Mean absolute error of a simulation's positions [rad]. */
export function meanAbsoluteError(rollout: ServoRollout, trace: ServoTrace): number {
  const measured = rollout.positionRad
  let sum = 0
  for (let k = 0; k < measured.length; k++) sum += Math.abs(trace.positionRad[k]! - measured[k]!)
  return sum / measured.length
}
