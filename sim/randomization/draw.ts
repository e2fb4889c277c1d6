import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import { rulesOf } from './merge-randomizations.ts'
import { leastOf, PARAMETER_NAMES, type ParameterName } from './parameters.ts'
import {
  type Randomization,
  type Rule,
  type RuleByJoint,
  togetherOf,
} from './randomization.schema.ts'
import { boundAt, coordinateOf, drawFrom, lowShareOf, type Range, rangeOf } from './range.ts'
import { createShift } from './shift.ts'

export type ParameterValues = Readonly<Record<ParameterName, Float64Array>>

/** One sampled world: absolute values (scales as factors), and where they lie within the full ranges. */
export interface Draw {
  readonly values: ParameterValues
  /** -1 (lower bound) to 1 (upper bound) of each randomized number, in parameter order: the critic's view. */
  readonly coordinates: Float32Array
  /** The bound that it is pinned to: twice the ruled parameter's index, one more for the upper; -1 for none. */
  pinned: number
}

/** Values of an arm and task that nothing randomizes. */
export function nominalValues(model: ArmModel, task: TaskOnArm): ParameterValues {
  const one = (value: number) => Float64Array.of(value)
  const joints = (value: number) => new Float64Array(model.numJoints).fill(value)
  const objects = (value: (object: TaskOnArm['objects'][number]) => number) =>
    Float64Array.from(task.objects, value)
  return {
    objectMassKg: objects(({ massKg }) => massKg),
    objectComXM: objects(() => 0),
    objectComYM: objects(() => 0),
    objectComZM: objects(() => 0),
    objectWidth: objects(() => 1),
    objectHeight: objects(() => 1),
    objectAspect: objects(() => 1),
    objectFrictionTable: objects(({ frictionTable }) => frictionTable),
    objectFrictionTip: objects(({ frictionTip }) => frictionTip),
    stiffness: one(1),
    stiffnessPerJoint: joints(1),
    stallTorque: one(1),
    damping: one(1),
    dampingPerJoint: joints(1),
    armature: one(1),
    coulombNm: Float64Array.from(model.coulombNm),
    loadFriction: one(0),
    backlashRad: one(model.backlashRad[0]!),
    deadBandRad: one(0),
    voltageSag: one(0),
    linkMass: joints(1),
    linkInertia: joints(1),
    linkLength: joints(1),
    linkComXM: joints(0),
    linkComYM: joints(0),
    linkComZM: joints(0),
    zeroOffsetRad: joints(0),
    gravity: one(1),
    gravityTiltXRad: one(0),
    gravityTiltYRad: one(0),
    tableHeightM: one(task.table.heightM),
    tableTiltXRad: one(0),
    tableTiltYRad: one(0),
    tableFrictionTip: one(task.table.frictionTip),
    commandDelayS: one(task.timing.commandDelayS),
    commandJitterS: one(0),
    commandDrop: one(0),
    jointDelayS: one(0),
    jointNoiseRad: one(0),
    objectRateHz: one(task.objectSensor.rateHz),
    objectDelayS: one(task.objectSensor.delayS),
    objectDelayJitter: one(0),
    objectBiasXM: one(0),
    objectBiasYM: one(0),
    objectBiasZM: one(0),
    objectBiasYawRad: one(0),
    objectNoiseM: one(task.objectSensor.noiseM),
    objectNoiseYawRad: one(task.objectSensor.noiseYawRad),
    objectDriftM: one(0),
    objectDriftS: one(1),
    objectDropsPerS: one(0),
    occlusionRadiusM: one(0),
    pushesPerS: one(0),
    objectPushMPerS: one(0),
    toolPushN: one(0),
  }
}

/**
 * How far a draw may go from nominal: 0 nominal, 1 the rules' bounds. One number for all parameters, or for
 * each ruled parameter a width towards its lower and one towards its upper bound.
 */
export type Spread = number | SpreadPerParameter

export interface SpreadPerParameter {
  /** [ruled parameters], in the order of `Sampler.parameters`. */
  readonly low: ArrayLike<number>
  readonly high: ArrayLike<number>
  /** Share of the draws in which one parameter is pinned to one of its bounds, not one that is nominal. */
  readonly pinnedShare: number
}

/** A parameter with a rule. */
export interface RandomizedParameter {
  readonly name: ParameterName
  /** Share of its range, in the rule's own scale, that lies below nominal; the mean over its numbers. */
  readonly lowShare: number
}

export interface Sampler {
  /** Parameters with a rule, in drawing order. */
  readonly parameters: readonly ParameterName[]
  /** What `Draw.coordinates` tells of, in order: each parameter with a range for each of its numbers. */
  readonly drawn: readonly (RandomizedParameter & { readonly ranges: readonly Range[] })[]
  /** Numbers in `Draw.coordinates`. */
  readonly numCoordinates: number
  createDraw(): Draw
  /** Fills `out` from the stream. */
  sample(stream: RandomStream, spread: Spread, out: Draw): void
}

/**
 * Sampler of the worlds of one arm in one task. Parameters without a rule stay nominal.
 *
 * Throws CONFIG_INVALID for a joint that the arm does not have and for a rule that draws less than there can be.
 */
export function createSampler(
  randomization: Randomization,
  model: ArmModel,
  task: TaskOnArm,
  taskName: string,
): Sampler {
  const nominal = nominalValues(model, task)
  const rules = rulesOf(randomization, taskName, model.name) as Partial<
    Record<ParameterName, Rule | RuleByJoint>
  >
  const parameters = PARAMETER_NAMES.filter((name) => rules[name] !== undefined)
  const ranges = parameters.map((name) => {
    const ruleAt = rulesAlong(name, rules[name]!, model)
    return Array.from(nominal[name], (value, i) => {
      const range = rangeOf(ruleAt(i, value), value, leastOf(name, value))
      checkLeast(randomization, name, range)
      return range
    })
  })
  const together = parameters.map((name) => {
    const rule = rules[name]!
    return 'joints' in rule ? 0 : togetherOf(rule)
  })
  const bounds = boundsOf(ranges)
  const numCoordinates = ranges.reduce((sum, { length }) => sum + length, 0)
  const shift = randomization.shift && createShift(randomization.shift, parameters.length)

  return {
    parameters,
    drawn: parameters.map((name, k) => ({
      name,
      ranges: ranges[k]!,
      lowShare: meanLowShare(ranges[k]!),
    })),
    numCoordinates,
    createDraw: () => ({
      values: copyValues(nominal),
      coordinates: new Float32Array(numCoordinates),
      pinned: -1,
    }),
    sample(stream, spread, out) {
      out.pinned = drawPinned(stream, spread, bounds)
      shift?.choose(stream)
      let k = 0
      for (let p = 0; p < parameters.length; p++) {
        const values = out.values[parameters[p]!]
        const lowWidth = typeof spread === 'number' ? spread : spread.low[p]!
        const highWidth = typeof spread === 'number' ? spread : spread.high[p]!
        const isTogether = together[p]! > 0 && stream.uniform() < together[p]!
        const distance = isTogether ? stream.uniform() : 0
        for (let i = 0; i < values.length; i++) {
          const range = ranges[p]![i]!
          if (out.pinned === 2 * p) values[i] = boundAt(range, range.low, lowWidth)
          else if (out.pinned === 2 * p + 1) values[i] = boundAt(range, range.high, highWidth)
          else if (shift?.isOut(p)) {
            values[i] = boundAt(range, shift.draw(range, stream), highWidth)
          } else if (isTogether) {
            values[i] =
              stream.integer(2) === 0
                ? boundAt(range, range.low, lowWidth * distance)
                : boundAt(range, range.high, highWidth * distance)
          } else values[i] = drawFrom(range, stream, lowWidth, highWidth)
          out.coordinates[k++] = coordinateOf(range, values[i]!)
        }
      }
    },
  }
}

function checkLeast(
  { name }: Randomization,
  parameter: ParameterName,
  { nominal, low, high, least, deviation }: Range,
): void {
  // The tail of a normal distribution is cut off there, its middle is what was meant.
  const told = deviation > 0 ? (low + high) / 2 : low
  if (told >= least) return
  const found = `expected ${least} or more, found ${told} by its rule`
  throw new CodedError('CONFIG_INVALID', `randomization ${name}: ${parameter}: ${found}`, {
    hint: `the nominal value is ${nominal}: \`set\` replaces it, \`scale\` multiplies it, \`offset\` is added to it`,
  })
}

/** The rule of each number of a parameter. Throws CONFIG_INVALID for a joint that the arm does not have. */
function rulesAlong(
  parameter: ParameterName,
  rule: Rule | RuleByJoint,
  { jointNames, name }: ArmModel,
): (index: number, nominal: number) => Rule {
  if (!('joints' in rule)) return () => rule
  const stranger = Object.keys(rule.joints).find((joint) => !jointNames.includes(joint))
  if (stranger !== undefined) {
    throw new CodedError('CONFIG_INVALID', `${parameter}: ${name} has no joint ${stranger}`, {
      hint: `its joints are ${jointNames.join(', ')}`,
    })
  }
  return (index, nominal) =>
    rule.joints[jointNames[index]!] ?? { set: { uniform: [nominal, nominal] } }
}

/** What a draw can be pinned to, numbered as in `Draw.pinned`: not a bound that is the nominal value. */
function boundsOf(ranges: readonly (readonly Range[])[]): readonly number[] {
  return ranges.flatMap((numbers, p) => [
    ...(numbers.some(({ low, nominal }) => low !== nominal) ? [2 * p] : []),
    ...(numbers.some(({ high, nominal }) => high !== nominal) ? [2 * p + 1] : []),
  ])
}

function meanLowShare(ranges: readonly Range[]): number {
  return ranges.reduce((sum, range) => sum + lowShareOf(range), 0) / ranges.length
}

function drawPinned(stream: RandomStream, spread: Spread, bounds: readonly number[]): number {
  if (typeof spread === 'number' || bounds.length === 0) return -1
  return stream.uniform() < spread.pinnedShare ? bounds[stream.integer(bounds.length)]! : -1
}

function copyValues(values: ParameterValues): ParameterValues {
  return Object.fromEntries(
    PARAMETER_NAMES.map((name) => [name, Float64Array.from(values[name])]),
  ) as ParameterValues
}
