import { unknownNameHint } from '../../configs/load/closest-name.ts'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription } from './arm.schema.ts'

/**
 * An arm is let go in one of its poses: a joint that is misspelt there would stand at 0, wherever that is. Throws
 * ROBOT_ARM_INVALID unless both poses name every joint, and no other, within its limits; a joint that mimics another
 * may be left out, as it goes with that one.
 */
export function checkPoses({ joints, name, poses }: ArmDescription): void {
  const known = joints.map((joint) => joint.name)
  for (const [pose, places] of Object.entries(poses)) {
    const unknown = Object.keys(places).find((joint) => !known.includes(joint))
    if (unknown !== undefined) {
      fail(`${name}: ${pose} names no joint ${unknown}`, unknownNameHint(unknown, known))
    }
    for (const { limits, mimic, name: joint } of joints) {
      const place = places[joint]
      if (place === undefined && mimic === undefined) {
        fail(`${name}: ${pose} does not say where ${joint} is`, `write it under poses: ${pose}`)
      }
      if (place === undefined || (place >= limits.lower && place <= limits.upper)) continue
      fail(
        `${name}: ${pose} has ${joint} at ${place}, outside its limits ${limits.lower} to ${limits.upper}`,
        'poses are in rad, of sliding joints in m',
      )
    }
  }
}

function fail(message: string, hint: string): never {
  throw new CodedError('ROBOT_ARM_INVALID', message, { hint })
}
