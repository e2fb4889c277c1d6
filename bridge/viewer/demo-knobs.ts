import { CodedError } from '../../configs/load/coded-error.ts'
import { nominalValues } from '../../sim/randomization/draw.ts'
import type { ParameterName } from '../../sim/randomization/parameters.ts'
import type { RandomizationInput } from '../../sim/randomization/randomization.schema.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { parameterWords } from './parameter-words.ts'

/** A number of the physics that a visitor of the demo may turn, SI units. */
export interface Knob {
  readonly name: ParameterName
  readonly label: string
  /** Empty for factors and other pure numbers. */
  readonly unit: string
  readonly low: number
  readonly high: number
  readonly step: number
  /** Of arm and task as they are described. */
  readonly nominal: number
}

/** Values of knobs by name; one that is not listed is nominal. */
export type KnobValues = Readonly<Partial<Record<string, number>>>

/** Far enough on both sides of what policies are trained with (`configs/randomization/wide.yaml`) to see them fail. */
const KNOBS = [
  { name: 'objectFrictionTable', label: 'table friction', low: 0.05, high: 1.2, step: 0.05 },
  { name: 'objectMassKg', low: 0.01, high: 0.6, step: 0.01 },
  { name: 'gravity', label: 'gravity', unit: 'g', low: 0.15, high: 2, step: 0.05 },
  { name: 'commandDelayS', low: 0, high: 0.2, step: 0.005 },
  { name: 'objectNoiseM', label: 'sensor noise', low: 0, high: 0.02, step: 0.0005 },
] as const

/** The knobs of an arm in a task. */
export function createKnobs({ model, onArm }: Pick<TaskActor, 'model' | 'onArm'>): Knob[] {
  const nominal = nominalValues(model, onArm)
  return KNOBS.filter(({ name }) => nominal[name].length > 0).map((knob) => ({
    ...parameterWords(knob.name),
    ...knob,
    nominal: nominal[knob.name][0]!,
  }))
}

/**
 * The values as a randomization that draws nothing else. Throws CONFIG_INVALID for a value that its knob
 * does not reach.
 */
export function knobRandomization(
  knobs: readonly Knob[],
  values: KnobValues,
  arm: string,
): RandomizationInput {
  const rules = knobs.map(({ name, low, high, nominal }) => {
    const value = values[name] ?? nominal
    const isReached = value === nominal || (value >= low && value <= high)
    if (!isReached) {
      throw new CodedError('CONFIG_INVALID', `expected ${name} in ${low}–${high}, found ${value}`)
    }
    return [name, { set: { uniform: [value, value] as [number, number] } }] as const
  })
  return { version: 1, name: 'knobs', source: '', arms: { [arm]: Object.fromEntries(rules) } }
}
