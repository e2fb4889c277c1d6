import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { writeAtomically } from '../../configs/load/write-atomically.node.ts'
import type { ArmDescription } from '../model/arm.schema.ts'
import type { CalibrationFile } from './calibration.schema.ts'
import type { ArmCalibration } from './calibration.ts'
import { parseCalibration } from './parse-calibration.ts'

/** What is calibrated, by LeRobot's folder for it, and the option that names its file. */
const OPTIONS = { robots: '--calibration', teleoperators: '--leader-calibration' } as const

/**
 * Reads a calibration file, ours (YAML) or LeRobot's (JSON).
 *
 * @param kind - what the arm is here: `teleoperators` for a leader
 * @throws ROBOT_CALIBRATION_MISSING, also when no path is given; ROBOT_CALIBRATION_INVALID
 */
export function loadCalibration(
  path: string | undefined,
  arm: ArmDescription,
  kind: keyof typeof OPTIONS = 'robots',
): ArmCalibration {
  const missing = (message: string, cause?: unknown): CodedError =>
    new CodedError('ROBOT_CALIBRATION_MISSING', message, {
      hint:
        `run sim2arm calibrate --arm ${arm.name}, or pass LeRobot’s file with ${OPTIONS[kind]} ` +
        `(~/.cache/huggingface/lerobot/calibration/${kind}/${arm.bus?.lerobot?.robotType ?? '<type>'}/<id>.json)`,
      ...(cause === undefined ? {} : { cause }),
    })
  if (path === undefined) throw missing(`${arm.name} needs a calibration file`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw missing(`there is no calibration file ${path}`, cause)
  }
  let content: unknown
  try {
    content = parse(text)
  } catch (cause) {
    throw new CodedError('ROBOT_CALIBRATION_INVALID', `${path} is neither YAML nor JSON`, {
      hint: 'was the file cut short? take a copy, or run sim2arm calibrate',
      cause,
    })
  }
  return parseCalibration(content, arm, path)
}

/** Writes our format; the file is whole or not there. Throws BRIDGE_DISK. */
export function saveCalibration(path: string, calibration: CalibrationFile): void {
  writeAtomically(path, stringify(calibration))
}
