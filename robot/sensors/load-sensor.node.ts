import { loadConfig } from '../../configs/load/load.node.ts'
import { type SensorDescription, sensorSchema } from './sensor.schema.ts'

/** The sensor `configs/sensors/<name>.yaml`, or of a file. */
export function loadSensor(nameOrPath: string): SensorDescription {
  return loadConfig('sensors', nameOrPath, sensorSchema)
}
