import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { CodedError } from '../../configs/load/coded-error.ts'
import { nominalCalibration, nominalCalibrationFile } from '../../robot/calibration/calibration.ts'
import { loadCalibration, saveCalibration } from '../../robot/calibration/load-calibration.node.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'

/**
 * Writes the calibration of an emulated arm, which no hand can lead: that of its description. A file that says
 * the same already stays, so that it remains known to have worked. Throws BRIDGE_DISK for any other file.
 */
export function writeTwinCalibration(path: string, arm: ArmDescription): void {
  if (!existsSync(path)) {
    saveCalibration(path, nominalCalibrationFile(arm, new Date().toISOString()))
    return
  }
  if (isDeepStrictEqual(loadCalibration(path, arm).joints, nominalCalibration(arm).joints)) return
  throw new CodedError('BRIDGE_DISK', `${path} is there already, and of another arm`, {
    hint: 'name a new file',
  })
}
