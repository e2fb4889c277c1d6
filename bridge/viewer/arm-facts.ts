import { quaternionFromRpy } from '../../robot/model/pose.ts'
import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import type { ArmPort } from '../deploy/arm-port.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import { cameraSettings } from '../streams/camera/camera-settings.ts'
import { toPlace } from './frame-values.ts'
import type { ArmFacts, ObjectPlace, SensorFacts } from './frames.ts'

export interface ArmFactsOptions {
  readonly port: Pick<ArmPort, 'bounds' | 'jointNames'>
  /** Those that can be moved by hand, in the order in which a hand names them. */
  readonly jogged: readonly string[]
  readonly safety: DeployConfig['safety']
  readonly sensor: SensorFacts
}

/** What does not change of an arm while it runs. */
export function armFacts({ jogged, port, safety, sensor }: ArmFactsOptions): ArmFacts {
  return {
    joints: port.jointNames.map((name, i) => ({
      name,
      lower: port.bounds.lower[i]!,
      upper: port.bounds.upper[i]!,
      jogIndex: jogged.includes(name) ? jogged.indexOf(name) : null,
    })),
    supplyV: safety.supplyV,
    maxTemperatureC: safety.servoHeat.maxTemperatureC,
    sensor,
  }
}

/**
 * What is known of the object's sensor.
 * @param source - its URI
 * @param description - undefined: its messages are poses in the arm's base
 */
export function sensorFacts(
  source: string,
  description: SensorDescription | undefined,
): SensorFacts {
  if (description === undefined) {
    return { source, about: 'poses in the arm’s base, as they come', places: [] }
  }
  const places = Object.entries(description.frames).map(([name, place]) => ({
    name,
    ...placed(place.positionM, place.rpyRad),
  }))
  const { sheet } = cameraSettings(description, '')
  const onTable = placed([sheet.xM, sheet.yM, 0], [0, 0, sheet.yawRad])
  return {
    source,
    about: `${description.name}: ${description.source}`,
    places: description.camera === undefined ? places : [...places, { name: 'sheet', ...onTable }],
  }
}

type Triple = readonly [number, number, number]

function placed(position: Triple, rpyRad: Triple): ObjectPlace {
  const quaternion = new Float64Array(4)
  quaternionFromRpy(rpyRad, quaternion)
  return toPlace({ position: Float64Array.from(position), quaternion })
}
