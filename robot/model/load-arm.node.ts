import { loadConfig } from '../../configs/load/load.node.ts'
import { type ArmDescription, armSchema } from './arm.schema.ts'

/** The arm `configs/arms/<name>.yaml`, or the file at a path, checked. */
export function loadArmDescription(nameOrPath: string): ArmDescription {
  return loadConfig('arms', nameOrPath, armSchema)
}
