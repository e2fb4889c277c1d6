import { ProvenCalibration } from '../../bridge/deploy/proven-calibration.node.ts'
import { nominalCalibration, nominalCalibrationFile } from '../../robot/calibration/calibration.ts'
import { saveCalibration } from '../../robot/calibration/load-calibration.node.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'

/** Writes the calibration file that fits a twin as it comes, and that an arm has run with before. */
export function writeNominalCalibration(path: string, armName = 'so101'): void {
  const joints = writeNewCalibration(path, armName)
  new ProvenCalibration(path, armName, { joints }).remember()
}

/** The same, that no arm has run with yet; what it says of the joints. */
export function writeNewCalibration(path: string, armName = 'so101') {
  const arm = loadArmDescription(armName)
  saveCalibration(path, nominalCalibrationFile(arm, '2025-01-31T12:00:00Z'))
  return nominalCalibration(arm).joints
}
