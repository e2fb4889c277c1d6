import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import { describeArmDriver } from '../hardware/arm-driver-contract.ts'
import { createTwinArm, koch, so101 } from '../robot/bus/twin-arm.ts'

for (const arm of [so101, koch]) {
  describeArmDriver(`an emulated ${arm.name}`, async () => {
    const { clock, driver } = await createTwinArm({}, { arm })
    const run = <T>(work: () => Promise<T>) => clock.run(work)
    return { arm, driver, calibration: nominalCalibration(arm), clock, run }
  })
}
