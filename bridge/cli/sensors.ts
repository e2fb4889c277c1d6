import { CodedError } from '../../configs/load/coded-error.ts'
import type { Arrivals } from '../../robot/sensors/arrival-meter.ts'
import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import type { SensorReport } from '../deploy/deployment.node.ts'
import { CAMERA_PATIENCE_S } from '../streams/camera/camera-settings.ts'
import type { SensorUri } from '../streams/sensor-uri.ts'
import type { CommandContext, Output } from './command.ts'
import { parseAssignment } from './option-values.ts'

const OBJECT_TOPIC = '/object/pose'
const GOAL_TOPIC = '/goal/pose'
const USUAL_OBJECT = { ros: `object=ros:${OBJECT_TOPIC}`, sim: 'object=sim:' } as const
const SENSORS = ['object', 'goal', 'joints', 'gripper', 'stop']

/** The sensors of `--sensor name=uri`. Throws ROBOT_SENSOR_INVALID. */
export async function readSensors(texts: readonly string[]): Promise<Map<string, SensorUri>> {
  const { parseSensorUri } = await import('../streams/sensor-uri.ts')
  const sensors = new Map<string, SensorUri>()
  for (const text of texts) {
    const { name, value } = parseAssignment(text)
    if (!SENSORS.includes(name)) {
      throw new CodedError('ROBOT_SENSOR_INVALID', `no sensor named "${name}"`, {
        hint: `there are ${SENSORS.join(', ')}`,
      })
    }
    const uri = parseSensorUri(value)
    if (uri.kind === 'camera' && name !== 'object') {
      throw new CodedError('ROBOT_SENSOR_INVALID', `a camera sees objects, not what ${name} is`, {
        hint: `--sensor ${name}=rosbridge://host:port/topic`,
      })
    }
    sensors.set(name, uri)
  }
  return sensors
}

/** Where a deployment sees its object, hears its goals and may be stopped. */
export interface DeploySensors {
  readonly object: SensorUri
  /** As written, for people. */
  readonly objectUri: string
  /** A stream, or one fixed goal x, y and perhaps z [m]. */
  readonly goal: SensorUri | readonly number[]
  readonly stop?: SensorUri
  /** What tells the joints of the arm and of its gripper; left out: the arm's driver. */
  readonly joints?: SensorUri
  readonly gripper?: SensorUri
}

/**
 * The sensors of `--sensor` and `--goal`.
 * @param usual - where sensors are that are not named: in ROS 2, for a deployment that is a node, or in simulation
 * @throws ROBOT_SENSOR_INVALID, BRIDGE_USAGE
 */
export async function readDeploySensors(
  options: CommandContext['options'],
  usual: 'ros' | 'sim' | undefined,
): Promise<DeploySensors> {
  const given = (options['sensor'] as string[] | undefined) ?? []
  const texts = [...(usual === undefined ? [] : [USUAL_OBJECT[usual]]), ...given]
  const sensors = await readSensors(texts)
  const object = sensors.get('object')
  if (object === undefined) {
    throw new CodedError('BRIDGE_USAGE', 'the policy needs to see its object', {
      hint: `--sensor object=rosbridge://127.0.0.1:9090${OBJECT_TOPIC}`,
    })
  }
  const fixedGoal = options['goal'] as number[] | undefined
  if (fixedGoal !== undefined && sensors.has('goal')) {
    throw new CodedError('BRIDGE_USAGE', '--goal and --sensor goal=… are two goals', {
      hint: 'leave one of them out',
    })
  }
  const [stop, joints, gripper] = ['stop', 'joints', 'gripper'].map((name) => sensors.get(name))
  return {
    object,
    objectUri: texts.findLast((text) => text.startsWith('object='))!.replace('object=', ''),
    goal: fixedGoal ? readGoal(fixedGoal) : (sensors.get('goal') ?? goalFor(object, usual)),
    ...(stop && { stop }),
    ...(joints && { joints }),
    ...(gripper && { gripper }),
  }
}

function goalFor(object: SensorUri, usual: 'ros' | 'sim' | undefined): SensorUri {
  if (object.kind === 'sim') return object
  const isInRos = usual === 'ros' && !('url' in object)
  return isInRos ? { kind: 'ros', topic: GOAL_TOPIC } : besideObject(object)
}

function readGoal(values: readonly number[]): readonly number[] {
  if (values.length === 2 || values.length === 3) return values
  throw new CodedError('BRIDGE_USAGE', `expected a goal x,y, found ${values.join(',')}`, {
    hint: 'for example --goal 0.25,0.05',
  })
}

/** Goals come from where the object is seen, unless somebody says otherwise. */
function besideObject(object: SensorUri): SensorUri {
  if ('topic' in object) return { ...object, topic: GOAL_TOPIC }
  throw new CodedError('BRIDGE_USAGE', 'the policy needs a goal', {
    hint: '--goal 0.25,0.05 or --sensor goal=rosbridge://host:port/goal/pose',
  })
}

/** What the object's messages mean, where the deployment says so. */
export async function readDescription({
  objectSensor,
}: {
  readonly objectSensor?: string | undefined
}) {
  if (objectSensor === undefined) return undefined
  const { loadSensor } = await import('../../robot/sensors/load-sensor.node.ts')
  return loadSensor(objectSensor)
}

/** Tells where a camera page is, and that it is waited for. */
export function createCameraTeller(out: Output): (url: string) => void {
  return (url) => {
    out.event({ type: 'camera', url })
    out.line(
      `Camera: open ${url} in the browser that has it; waiting ${CAMERA_PATIENCE_S} s at most until it sees the object`,
    )
  }
}

/** A line for people. */
export function describeArrivals(sensor: string, { delayS, rateHz }: Arrivals): string {
  const ms = (seconds: number) => (1000 * seconds).toFixed(0)
  const { p05, p50, p95 } = delayS
  return `${sensor} sensor: ${rateHz.toFixed(1)} Hz, ${ms(p50)} ms old at arrival (${ms(p05)} to ${ms(p95)} for nine of ten)`
}

/** Writes a sensor as it was measured. Throws ROBOT_SENSOR_LOST and BRIDGE_DISK. */
export async function writeSensor(
  file: string,
  facts: {
    readonly arrived: SensorReport
    readonly uri: string
    readonly objectSensor: SensorDescription | undefined
  },
): Promise<void> {
  const { object, joints } = facts.arrived
  if (object === null || joints === null) {
    throw new CodedError(
      'ROBOT_SENSOR_LOST',
      `too few messages of ${object === null ? facts.uri : 'the joints'} to measure them`,
      {
        hint: 'let it run for a minute, with --shadow if the arm shall rest',
      },
    )
  }
  const [{ measuredSensor }, { onDisk }, { stringify }, { writeFileSync }] = await Promise.all([
    import('../deploy/measured-sensor.ts'),
    import('../../configs/load/disk-error.ts'),
    import('yaml'),
    import('node:fs'),
  ])
  const sensor = measuredSensor(object, facts.uri, facts.objectSensor, joints)
  onDisk(`cannot write ${file}`, () => writeFileSync(file, stringify(sensor)))
}
