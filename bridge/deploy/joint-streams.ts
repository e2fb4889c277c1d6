import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDriver, ArmReading } from '../../robot/bus/arm-driver.ts'
import { createReading } from '../../robot/bus/arm-reading.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { waitUntil } from '../../robot/model/wait-until.ts'
import { JointStates } from '../streams/joint-states.ts'
import { MESSAGE_TYPE } from '../streams/messages.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { type MeasuredStream, measuredStream } from './measured-stream.ts'
import type { SensorStream } from './sensor-streams.node.ts'
import type { JointSensor } from './sources.ts'
import { StampAges } from './stamp-ages.ts'
import { describeRejected } from './stop-errors.ts'

/** A joint turns no faster than this, in speeds that its servo reaches by itself: an arm may also be led. */
const FASTEST = 2
/** Stamps ahead of our clock by more are not believed [s]. */
const MAX_AHEAD_S = 0.05

export interface JointStreamsOptions {
  readonly arm: ArmDescription
  readonly driver: ArmDriver
  readonly config: DeployConfig
  /** Whether joints are taken to have gone on at their speed since they were told. */
  readonly isForeseen: boolean
  /** What tells the joints of the arm, and what its gripper's; left out: the driver does. */
  readonly streams: { readonly joints?: SensorStream; readonly gripper?: SensorStream }
  readonly clock: Clock
  /** Seconds since 1970. */
  readonly epochNow: () => number
}

/** Nobody knows what a joint does for longer [s]. */
const MAX_FORESEEN_S = 0.1

/** Where the joints of one stream stand in the driver's order. */
interface Part {
  readonly group: Group
  readonly topic: string
  readonly offset: SensorStream['offset']
  readonly trouble: SensorStream['trouble']
  readonly states: JointStates
  readonly indices: readonly number[]
}

type Group = keyof JointStreamsOptions['streams']

/**
 * Joints told by streams of `sensor_msgs/JointState`, by name, instead of by the arm's own driver: encoders beside the
 * gears, say. Ages, losses and outliers are those of the streams.
 */
export class JointStreams implements JointSensor {
  private readonly options: JointStreamsOptions
  private readonly parts: readonly Part[]

  /** Throws ROBOT_SENSOR_INVALID for a gripper that the driver does not have. */
  constructor(options: JointStreamsOptions) {
    this.options = options
    const groups: readonly Group[] = ['joints', 'gripper']
    this.parts = groups.flatMap((group) => {
      const stream = options.streams[group]
      return stream === undefined ? [] : [listen(group, stream, options)]
    })
  }

  get ageS(): number {
    return this.parts.reduce((most, { states }) => Math.max(most, states.ageS), 0)
  }

  /** Values thrown away and why, for the report. */
  get rejected(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { states } of this.parts) {
      for (const [reason, count] of Object.entries(states.rejected)) {
        counts[reason] = (counts[reason] ?? 0) + count
      }
    }
    return counts
  }

  /** How each stream's messages arrived. */
  get arrivals(): Partial<Record<Group, MeasuredStream | null>> {
    const all = this.parts.map(({ group, offset, states }) => [
      group,
      measuredStream(states.arrivals, offset),
    ])
    return Object.fromEntries(all) as Partial<Record<Group, MeasuredStream | null>>
  }

  /** Where the joints are now, if they went on as they were told to go; or where they were, unless that is foreseen. */
  read(out: ArmReading): void {
    const { isForeseen } = this.options
    for (const { indices, states } of this.parts) {
      for (const [k, index] of indices.entries()) {
        const foreseenS = isForeseen ? Math.min(states.ageOf(k), MAX_FORESEEN_S) : 0
        out.positionRad[index] = states.position[k]! + foreseenS * states.velocity[k]!
        out.velocityRadPerS[index] = states.velocity[k]!
      }
    }
  }

  /**
   * Resolves once every joint was told and is where the arm's own driver has it.
   * Throws ROBOT_SENSOR_LOST for a joint that is not told, ROBOT_SENSOR_INVALID for one that is elsewhere.
   */
  async ready(signal: AbortSignal): Promise<void> {
    const { clock, config, driver } = this.options
    const isThere = () => this.ageS <= config.safety.jointLostS
    const failure = () => this.lost()
    await waitUntil(isThere, { clock, signal, timeoutS: config.connectS, failure })
    const own = createReading(driver.jointNames.length)
    await driver.read(own)
    const { maxDifferenceRad } = config.jointSensor
    for (const { indices, states, topic } of this.parts) {
      for (const [k, index] of indices.entries()) {
        const told = states.position[k]!
        const found = own.positionRad[index]!
        if (Math.abs(told - found) <= maxDifferenceRad) continue
        throw elsewhere(driver.jointNames[index]!, { topic, told, found })
      }
    }
  }

  lost(): CodedError {
    const { parts } = this
    const oldest = parts.reduce((a, b) => (b.states.ageS > a.states.ageS ? b : a))
    const { ageS, missing, rejected } = oldest.states
    const isSilent = missing.length === this.names(oldest).length
    const what = isSilent
      ? 'no joint states came'
      : missing.length > 0
        ? `joint states do not tell ${missing.join(', ')}`
        : `no joint states newer than ${ageS.toFixed(1)} s`
    return new CodedError(
      'ROBOT_SENSOR_LOST',
      `${what} on ${oldest.topic}${describeRejected(rejected, oldest.trouble?.())}; the arm holds where it is`,
      {
        hint: isSilent
          ? 'check that sensor_msgs/JointState is published there, with stamps of this machine’s clock'
          : 'joints go by name, as in the arm’s description or ros.jointNames of the deploy config',
      },
    )
  }

  private names({ indices }: Part): readonly string[] {
    return indices.map((index) => this.options.driver.jointNames[index]!)
  }
}

function listen(group: Group, from: SensorStream, options: JointStreamsOptions): Part {
  const { arm, clock, config, driver, epochNow } = options
  const { offset, stream, topic, trouble } = from
  const joints = arm.joints.filter(
    (joint) =>
      (joint.group === 'gripper') === (group === 'gripper') &&
      driver.jointNames.includes(joint.name),
  )
  if (joints.length === 0) {
    throw new CodedError('ROBOT_SENSOR_INVALID', `${arm.name} is driven without a gripper`, {
      hint: 'leave out --sensor gripper=',
    })
  }
  const ages = new StampAges(from.epochNow ?? epochNow, offset)
  const states = new JointStates({
    subscribe: (onState) => stream.subscribe(topic, MESSAGE_TYPE.jointState, onState),
    clock,
    ageOf: (stampS) => ages.ageOf(stampS),
    names: joints.map(({ name }) => config.ros?.jointNames[name] ?? name),
    maxStampAgeS: config.safety.jointLostS,
    maxStampAheadS: MAX_AHEAD_S,
    gate: {
      jumpRad: config.jointSensor.jumpRad,
      fastestRadPerS: joints.map(({ actuator }) => FASTEST * actuator.maxSpeedRadPerS),
    },
  })
  return {
    ...{ group, offset, topic, trouble },
    states,
    indices: joints.map(({ name }) => driver.jointNames.indexOf(name)),
  }
}

function elsewhere(
  joint: string,
  { topic, told, found }: { topic: string; told: number; found: number },
): CodedError {
  const [by, own] = [told.toFixed(2), found.toFixed(2)]
  return new CodedError(
    'ROBOT_SENSOR_INVALID',
    `${joint} is at ${by} rad by ${topic}, at ${own} rad by the arm itself`,
    {
      hint: 'both count from the URDF’s zero, in its direction: check the sensor and the calibration',
    },
  )
}
