import { describe, expect, it } from 'vitest'
import { deploySchema } from '../../../bridge/deploy/deploy.schema.ts'
import { describeForesight, jointForesight } from '../../../bridge/deploy/joint-foresight.ts'
import { loadPolicyFile } from '../../../policy/file/policy-file.node.ts'
import type { PolicyFile } from '../../../policy/file/policy-file.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import type { Rules } from '../../../sim/randomization/randomization.schema.ts'
import { deployConfig } from './loop-setup.ts'

const shipped = loadPolicyFile('push-so101')
const { jointSensor } = deployConfig

/** The shipped policy, as if these rules had been added to what it was trained with. */
function trainedWith(rules: Rules, environment: Record<string, unknown> = {}): PolicyFile {
  const { arms, ...wide } = loadRandomization('wide')
  const randomization = { ...wide, arms: { ...arms, so101: { ...arms['so101'], ...rules } } }
  const training = { environment: { randomization, ...environment } }
  return { ...shipped, metadata: { ...shipped.metadata, training } }
}

const late: Rules = { jointDelayS: { set: { uniform: [0.02, 0.05] } } }
const predict = (asked: boolean) => ({ jointSensor: { ...jointSensor, predict: asked } })

describe('joints that a stream tells late', () => {
  it('are foreseen for a policy that never met that, and for a baseline', () => {
    expect(jointForesight({ jointSensor }, shipped)).toEqual({ isForeseen: true, by: 'policy' })
    expect(jointForesight({ jointSensor }, undefined)).toEqual({ isForeseen: true, by: 'policy' })
  })

  it('are taken as told for a policy whose file says that it was trained with them', () => {
    const found = jointForesight({ jointSensor }, trainedWith(late))
    expect(found).toEqual({ isForeseen: false, by: 'policy' })
    expect(describeForesight(found)).toMatch(/as they were told: the policy was trained with it$/)
  })

  it.each([
    ['no delay at all', trainedWith({ jointDelayS: { set: { uniform: [0, 0] } } })],
    ['perfect sensing', trainedWith(late, { hasPerfectSensing: true })],
    ['a file that does not tell', { ...shipped, metadata: { ...shipped.metadata, training: {} } }],
  ])('are foreseen with %s', (_, file) => {
    expect(jointForesight({ jointSensor }, file).isForeseen).toBe(true)
  })

  it('are what the deploy config says where it says anything', () => {
    expect(jointForesight(predict(true), trainedWith(late))).toEqual({
      ...{ isForeseen: true, by: 'config' },
    })
    const refused = jointForesight(predict(false), shipped)
    expect(refused).toEqual({ isForeseen: false, by: 'config' })
    expect(describeForesight(refused)).toMatch(/jointSensor\.predict is false$/)
  })

  it('are left to the policy by the deploy configs of all arms', () => {
    for (const jointsOfArm of [jointSensor, deploySchema.shape.jointSensor.parse({})]) {
      expect(jointsOfArm.predict).toBeUndefined()
    }
  })
})
