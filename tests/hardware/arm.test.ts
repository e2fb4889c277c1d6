import { createSerialDriver } from '../../bridge/deploy/serial-driver.node.ts'
import { loadCalibration } from '../../robot/calibration/load-calibration.node.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { describeArmDriver } from './arm-driver-contract.ts'

/** Set by `npm run test:hardware`, which has asked whether the arm may move. */
const { ARM = 'so101', ARM_CALIBRATION, ARM_PORT = '' } = process.env

describeArmDriver(`the ${ARM} at ${ARM_PORT}`, async () => {
  const arm = loadArmDescription(ARM)
  const calibration = loadCalibration(ARM_CALIBRATION, arm)
  const clock = new RealClock()
  const driver = createSerialDriver(ARM_PORT, arm, calibration, clock)
  return { arm, driver, calibration, clock, run: (work) => work() }
})
