import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../../configs/load/load.node.ts'
import {
  dampingNmSPerRad,
  derive,
  jointsWith,
  stallTorqueNm,
  stiffnessNmPerRad,
} from '../../../robot/identification/derived-values.ts'
import { fittedParameters } from '../../../robot/identification/describe-fit.ts'
import { dutyLawRatio } from '../../../robot/identification/duty-law.ts'
import { loadServo, loadServoLogs } from '../../../robot/identification/servo-files.node.ts'
import { servoErrors } from '../../../robot/identification/servo-objective.ts'
import { SERVO_PARAMETERS } from '../../../robot/identification/servo-parameters.ts'
import { createRollout } from '../../../robot/identification/servo-rollout.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'

const logs = (servo: string) =>
  loadServoLogs([join(packageRoot(), 'tests', 'golden', 'servo-logs', servo)])

describe.each([
  // Best published models, fitted to the same logs (Rhoban/bam 1b5a1ce, M6 and M4) [rad].
  ['xl330', 8, 0.0169],
  ['sts3250', 3, 0.0093],
])('the shipped %s', (name, numLogs, publishedRad) => {
  const servo = loadServo(name)
  const rollouts = logs(name).map((log) => createRollout(log, servo.firmware))
  const errors = servoErrors(rollouts, fittedParameters(servo, servo.fit!))
  const mean = errors.reduce((sum, each) => sum + each, 0) / errors.length

  it('follows the shipped logs better than the best published models, as its file says', () => {
    expect(errors).toHaveLength(numLogs)
    expect(mean).toBeLessThan(publishedRad)
    expect(mean).toBeCloseTo(servo.fit!.trainMaeRad, 4)
  })

  it('lies within its intervals', () => {
    for (const { value, low, high } of Object.values(servo.fit!.parameters)) {
      expect(value).toBeGreaterThanOrEqual(low)
      expect(value).toBeLessThanOrEqual(high)
    }
  })
})

describe('the duty register', () => {
  it('of the XL330 says that the P term is gain/256 of the error in steps', () => {
    const { firmware } = loadServo('xl330')
    for (const log of logs('xl330')) expect(dutyLawRatio(log, firmware)).toBeCloseTo(1, 1)
  })

  it('is not there in the logs of the STS3250', () => {
    const { firmware } = loadServo('sts3250')
    expect(dutyLawRatio(logs('sts3250')[0]!, firmware)).toBeUndefined()
  })
})

describe('what follows from a fit', () => {
  const parameters = {
    ...SERVO_PARAMETERS,
    torqueConstantNmPerA: 0.4,
    resistanceOhm: 2,
    lineOhm: 1.5,
    supplyOhm: 0.5,
    viscousNmSPerRad: 0.01,
  }

  it('is stall torque, stiffness and damping by hand', () => {
    expect(stallTorqueNm(parameters, 1, 8)).toBeCloseTo((0.4 * 8) / 4, 12)
    expect(stallTorqueNm({ ...parameters, currentLimitA: 1.5 }, 1, 8)).toBeCloseTo(0.6, 12)
    expect(stallTorqueNm(parameters, 0.5, 8)).toBeCloseTo((0.4 * 4) / (2 + 0.75 + 0.125), 12)
    expect(stiffnessNmPerRad(parameters, 0.5, 8)).toBeCloseTo((0.5 * 8 * 0.4) / 2, 12)
    expect(dampingNmSPerRad(parameters)).toBeCloseTo(0.16 / 2 + 0.01, 12)
  })

  it('is as uncertain as its parameters together', () => {
    const servo = loadServo('xl330')
    const fit = {
      ...servo.fit!,
      parameters: {
        torqueConstantNmPerA: { value: 0.4, low: 0.4, high: 0.44 },
        resistanceOhm: { value: 2, low: 1.6, high: 2 },
      },
    }
    // k/R = 0.2: up to 0.22 by k, 0.25 by R: 0.2 + √(0.02² + 0.05²).
    const ratio = derive(servo, fit, (p) => p.torqueConstantNmPerA / p.resistanceOhm)
    expect(ratio.value).toBeCloseTo(0.2, 12)
    expect(ratio.low).toBeCloseTo(0.2, 12)
    expect(ratio.high).toBeCloseTo(0.2 + Math.hypot(0.02, 0.05), 12)
  })

  it('is of the joints that have the servo, at the gain and on the supply that their arm says', () => {
    const joints = jointsWith(loadServo('xl330'), loadArmDescription('koch'))
    expect(joints.map(({ index, gain, supplyV }) => [index, gain, supplyV])).toEqual([
      [2, 1500, 5],
      [3, 400, 5],
      [4, 400, 5],
      [5, 400, 5],
    ])
  })
})
