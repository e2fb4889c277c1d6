import type { ArmModel } from '../../robot/model/arm.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import { PARAMETER_NAMES, type ParameterName } from './parameters.ts'
import type { Distribution, Randomization, Rule } from './randomization.schema.ts'

export type ParameterValues = Readonly<Record<ParameterName, Float64Array>>

/** One sampled world: absolute values (scales as factors), and where they lie within the full ranges. */
export interface Draw {
  readonly values: ParameterValues
  /** -1 (lower bound) to 1 (upper bound) of each randomized number, in parameter order: the critic's view. */
  readonly coordinates: Float32Array
}

/** Values of an arm and task that nothing randomizes. */
export function nominalValues(model: ArmModel, task: TaskOnArm): ParameterValues {
  const one = (value: number) => Float64Array.of(value)
  const joints = (value: number) => new Float64Array(model.numJoints).fill(value)
  const objects = (value: (object: TaskOnArm['objects'][number]) => number) =>
    Float64Array.from(task.objects, value)
  return {
    objectMassKg: objects(({ massKg }) => massKg),
    objectWidth: objects(() => 1),
    objectHeight: objects(() => 1),
    objectFrictionTable: objects(({ frictionTable }) => frictionTable),
    objectFrictionTip: objects(({ frictionTip }) => frictionTip),
    stiffness: one(1),
    stiffnessPerJoint: joints(1),
    stallTorque: one(1),
    damping: one(1),
    armature: one(1),
    coulombNm: Float64Array.from(model.coulombNm),
    loadFriction: one(0),
    backlashRad: one(model.backlashRad[0]!),
    linkMass: joints(1),
    zeroOffsetRad: joints(0),
    gravity: one(1),
    gravityTiltXRad: one(0),
    gravityTiltYRad: one(0),
    tableHeightM: one(task.table.heightM),
    tableTiltXRad: one(0),
    tableTiltYRad: one(0),
    commandDelayS: one(task.timing.commandDelayS),
    commandJitterS: one(0),
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
    objectDropsPerS: one(0),
    occlusionRadiusM: one(0),
  }
}

export interface Sampler {
  /** Numbers in `Draw.coordinates`. */
  readonly numCoordinates: number
  createDraw(): Draw
  /** Fills `out` from the stream; `width` 0 gives the nominal world, 1 the full ranges. */
  sample(stream: RandomStream, width: number, out: Draw): void
}

/** Sampler of one arm's worlds. Parameters without a rule stay nominal. */
export function createSampler(
  randomization: Randomization,
  model: ArmModel,
  task: TaskOnArm,
): Sampler {
  const nominal = nominalValues(model, task)
  const rules = (randomization.arms[model.name] ?? {}) as Partial<Record<ParameterName, Rule>>
  const ruled = PARAMETER_NAMES.filter((name) => rules[name] !== undefined)
  const numCoordinates = ruled.reduce((sum, name) => sum + nominal[name].length, 0)
  return {
    numCoordinates,
    createDraw: () => ({
      values: copyValues(nominal),
      coordinates: new Float32Array(numCoordinates),
    }),
    sample(stream, width, out) {
      let k = 0
      for (const name of ruled) {
        const values = out.values[name]
        for (let i = 0; i < values.length; i++) {
          const sampled = sampleRule(rules[name]!, nominal[name][i]!, stream, width)
          values[i] = sampled.value
          out.coordinates[k++] = sampled.coordinate
        }
      }
    },
  }
}

function sampleRule(
  rule: Rule,
  nominal: number,
  stream: RandomStream,
  width: number,
): { value: number; coordinate: number } {
  const distribution = 'set' in rule ? rule.set : 'scale' in rule ? rule.scale : rule.offset
  const toAbsolute = (x: number) =>
    'set' in rule ? x : 'scale' in rule ? x * nominal : x + nominal
  const [low, high] = boundsOf(distribution)
  const isLog = 'logUniform' in distribution
  const drawn = toAbsolute(isLog ? stream.logBetween(low, high) : stream.between(low, high))
  const a = toAbsolute(low)
  const b = toAbsolute(high)
  if (isLog && nominal > 0) {
    const value = nominal * (drawn / nominal) ** width
    return { value, coordinate: b > a ? (2 * Math.log(value / a)) / Math.log(b / a) - 1 : 0 }
  }
  const value = nominal + (drawn - nominal) * width
  return { value, coordinate: b > a ? (2 * (value - a)) / (b - a) - 1 : 0 }
}

function boundsOf(distribution: Distribution): readonly [number, number] {
  return 'uniform' in distribution ? distribution.uniform : distribution.logUniform
}

function copyValues(values: ParameterValues): ParameterValues {
  return Object.fromEntries(
    PARAMETER_NAMES.map((name) => [name, Float64Array.from(values[name])]),
  ) as ParameterValues
}
