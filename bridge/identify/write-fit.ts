import { writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { jointsWith } from '../../robot/identification/derived-values.ts'
import type { ServoDescription, ServoFitted } from '../../robot/identification/servo.schema.ts'
import { saveServo } from '../../robot/identification/servo-files.node.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { randomizationFromServo } from '../../sim/randomization/servo-rules.ts'
import { realityFromServo } from '../../sim/world/servo-reality.ts'

type Options = Readonly<Record<string, unknown>>

/**
 * The arm that a randomization or a reality is asked for; undefined where neither is.
 * Throws BRIDGE_OPTION_MISSING, and BRIDGE_USAGE where the arm has no such servo.
 */
export function armToWrite(servo: ServoDescription, options: Options): ArmDescription | undefined {
  if (options['randomizationOut'] === undefined && options['realityOut'] === undefined)
    return undefined
  if (options['arm'] === undefined) {
    throw new CodedError(
      'BRIDGE_OPTION_MISSING',
      'a randomization or a reality is of an arm, and none is named',
      {
        hint: '--arm koch, or another one that has the servo',
      },
    )
  }
  const arm = loadArmDescription(options['arm'] as string)
  jointsWith(servo, arm)
  return arm
}

/** Writes a fit in the forms that the options ask for; the files, in order. Throws BRIDGE_DISK. */
export function writeFit(servo: ServoDescription, fit: ServoFitted, options: Options): string[] {
  const files: string[] = []
  const arm = armToWrite(servo, options)
  const out = options['out'] as string | undefined
  if (out !== undefined) {
    saveServo(out, { ...servo, fit })
    files.push(out)
  }
  if (arm === undefined) return files
  const write = (file: string | undefined, content: () => object) => {
    if (file === undefined) return
    const text = stringify(content(), { lineWidth: 110 })
    onDisk(`cannot write ${file}`, () => writeFileSync(file, text))
    files.push(file)
  }
  write(options['randomizationOut'] as string | undefined, () =>
    randomizationFromServo(servo, fit, arm, options['base'] as string),
  )
  write(options['realityOut'] as string | undefined, () => realityFromServo(servo, fit, arm))
  return files
}
