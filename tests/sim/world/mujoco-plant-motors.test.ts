import { describe, expect, it } from 'vitest'
import { fittedParameters } from '../../../robot/identification/describe-fit.ts'
import { loadServo } from '../../../robot/identification/servo-files.node.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { motorOf } from '../../../sim/world/mujoco-plant-motors.ts'

describe('the XL330 of the twin', () => {
  it('is the one that was identified, to three digits', () => {
    const arm = loadArmDescription('koch')
    const joint = arm.joints.find(({ servo }) => servo?.model === 'xl330-m288')!
    const servo = loadServo('xl330')
    const found = fittedParameters(servo, servo.fit!)
    for (const [name, value] of Object.entries(motorOf(arm, joint))) {
      expect(value, name).toBe(Number(found[name as keyof typeof found].toPrecision(3)))
    }
  })
})
