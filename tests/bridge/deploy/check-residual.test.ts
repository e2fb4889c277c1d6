import { expect, it } from 'vitest'
import { checkResidual } from '../../../bridge/deploy/check-residual.ts'
import { deployConfig } from './loop-setup.ts'

const limits = deployConfig.touchResidualM
const calibrated = (residualM?: number) => ({
  ...{ origin: 'my_arm.yaml', joints: [] },
  ...(residualM !== undefined && { residualM }),
})

it('lets an arm pass that was never touched, and one within 5 mm of its points', () => {
  expect(checkResidual(calibrated(), limits)).toBeUndefined()
  expect(checkResidual(calibrated(0.005), limits)).toBeUndefined()
})

it('warns beyond 5 mm and refuses beyond 10 mm', () => {
  expect(checkResidual(calibrated(0.0051), limits)).toMatch(/my_arm.yaml: the tip was 5.1 mm/)
  expect(() => checkResidual(calibrated(0.0101), limits)).toThrow(
    expect.objectContaining({ code: 'ROBOT_CALIBRATION_INVALID' }) as Error,
  )
})
