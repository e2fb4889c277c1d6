import { CodedError } from '../../configs/load/coded-error.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import type { RealityConfig, RealityPerJoint, RealityValue } from './reality.schema.ts'

/** Per-joint entries as lists in joint order, ranges as the number drawn from them. */
type Resolved<Group> = {
  readonly [Key in keyof Group]: [RealityPerJoint] extends [Group[Key]]
    ? readonly number[]
    : [RealityValue] extends [Group[Key]]
      ? number
      : Group[Key] extends object
        ? Resolved<Group[Key]>
        : Group[Key]
}

/** One physical set-up, every number settled; see `reality.schema.ts` for meaning and units. */
export type Reality = Resolved<RealityConfig> & {
  /** How many joints are listed under a key, where they are: filled-in lists are longer than the arm. */
  readonly listed: Readonly<Record<string, number>>
}

/** Keys whose ranges are drawn once for each joint. */
const PER_JOINT = new Set([
  'linkMassScale',
  'inertiaScale',
  'zeroOffsetRad',
  'encoderErrorRad',
  'encoderPhaseRad',
  'torqueConstantScale',
  'resistanceScale',
  'armatureScale',
  'coulombScale',
  'viscousScale',
  'stribeckShare',
  'stribeckSpeedRadPerS',
  'loadFriction',
  'backlashRad',
  'currentLimitA',
])

const DEFAULT_NUM_JOINTS = 8
/** One number stands for the joints of any arm. */
const MOST_JOINTS = 16

/**
 * The set-up that `stream` draws from a config: same stream, same set-up. Fixed numbers take nothing
 * from the stream.
 *
 * @param numJoints - length of the per-joint lists made from one entry; more than the arm has is harmless
 */
export function drawReality(
  config: RealityConfig,
  stream: RandomStream,
  numJoints = DEFAULT_NUM_JOINTS,
): Reality {
  const settled = settleGroup(config, stream, numJoints) as Resolved<RealityConfig>
  return { ...settled, listed: { ...listedIn(config.arm), ...listedIn(config.servos) } }
}

function listedIn(group: object): Record<string, number> {
  const lists = Object.entries(group).filter(([key]) => PER_JOINT.has(key))
  return Object.fromEntries(
    lists.flatMap(([key, entry]) => (Array.isArray(entry) ? [[key, entry.length]] : [])),
  )
}

/** Throws CONFIG_INVALID for a reality whose lists are of another number of joints: it is of another arm. */
export function checkListedJoints({ listed, name }: Reality, arm: string, numJoints: number): void {
  for (const [key, length] of Object.entries(listed)) {
    if (length === numJoints) continue
    throw new CodedError(
      'CONFIG_INVALID',
      `reality ${name}: ${key} lists ${length} joints, arm ${arm} has ${numJoints}`,
      { hint: 'is it the reality of another arm? give one value for all joints, or one for each' },
    )
  }
}

function settleGroup(group: object, stream: RandomStream, numJoints: number): object {
  const settled = Object.entries(group).map(([key, entry]) => [
    key,
    PER_JOINT.has(key)
      ? settleJoints(entry as RealityPerJoint, stream, numJoints)
      : settleEntry(entry, stream, numJoints),
  ])
  return Object.fromEntries(settled) as object
}

function settleEntry(entry: unknown, stream: RandomStream, numJoints: number): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry
  if ('uniform' in entry || 'logUniform' in entry) return draw(entry as RealityValue, stream)
  return settleGroup(entry, stream, numJoints)
}

function settleJoints(
  entry: RealityPerJoint,
  stream: RandomStream,
  numJoints: number,
): readonly number[] {
  if (Array.isArray(entry)) return entry.map((value) => draw(value, stream))
  if (typeof entry === 'number') return new Array<number>(MOST_JOINTS).fill(entry)
  return Array.from({ length: numJoints }, () => draw(entry, stream))
}

function draw(value: RealityValue, stream: RandomStream): number {
  if (typeof value === 'number') return value
  if ('uniform' in value) return stream.between(value.uniform[0], value.uniform[1])
  return stream.logBetween(value.logUniform[0], value.logUniform[1])
}

/** Entry of a per-joint list; throws CONFIG_INVALID naming the key when the list is too short. */
export function jointEntry(list: readonly number[], joint: number, key: string): number {
  const entry = list[joint]
  if (entry === undefined) {
    throw new CodedError(
      'CONFIG_INVALID',
      `reality: ${key} lists ${list.length} joints, the arm has more`,
      { hint: 'give one value for all joints, or one for each in joint order' },
    )
  }
  return entry
}
