import type { DrawnQuantity } from '../../policy/evaluate/sensitivity.ts'
import type { ParameterName } from '../../sim/randomization/parameters.ts'
import { tableNormal } from '../../sim/scene/table.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import type { TaskActor } from './task-actor.ts'

/**
 * Tangent of the table's slope to gravity, by the friction of the first object on it: from 1 on it slides away by
 * itself, and just below it goes on when it was pushed.
 */
const SLOPE_BY_FRICTION = 'slope / friction'
const SLIDES_FROM = [0.8, 1]

/** Keeps what was drawn for each episode, batch after batch. */
export class DrawnQuantities {
  readonly #env: Pick<TaskEnv, 'arms' | 'drawn'>
  readonly #setting: Pick<TaskActor, 'model' | 'onArm'>
  readonly #names: readonly { readonly parameter: ParameterName; readonly index: number }[]
  readonly #values: number[][]
  readonly #slopes: number[] = []
  readonly #normal = new Float64Array(3)

  constructor(env: Pick<TaskEnv, 'arms' | 'drawn'>, setting: Pick<TaskActor, 'model' | 'onArm'>) {
    this.#env = env
    this.#setting = setting
    this.#names = env.drawn.flatMap(({ name, ranges }) =>
      ranges.map((_, index) => ({ parameter: name, index })),
    )
    this.#values = this.#names.map(() => [])
  }

  /** To be called after each reset. */
  keep(): void {
    for (const { draw, physics } of this.#env.arms) {
      for (const [k, { parameter, index }] of this.#names.entries()) {
        this.#values[k]!.push(draw.values[parameter][index]!)
      }
      const object = physics.objects[0]
      if (object === undefined) continue
      tableNormal(physics.table, this.#normal)
      this.#slopes.push(tangent(physics.gravity, this.#normal) / object.frictionTable)
    }
  }

  /** Of the first so many episodes. */
  quantities(episodes: number): DrawnQuantity[] {
    const first = (values: readonly number[]) => Float64Array.from(values.slice(0, episodes))
    const drawn = this.#names.map(({ parameter, index }, k) => ({
      name: this.#label(parameter, index),
      values: first(this.#values[k]!),
    }))
    const slope = { name: SLOPE_BY_FRICTION, values: first(this.#slopes), edges: SLIDES_FROM }
    return this.#slopes.length === 0 ? drawn : [...drawn, slope]
  }

  /** `stiffness`, `zeroOffsetRad elbow_flex`, `objectMassKg cube` */
  #label(parameter: ParameterName, index: number): string {
    const { model, onArm } = this.#setting
    const { length } = this.#env.arms[0]!.draw.values[parameter]
    if (length === 1) return parameter
    const isOfObjects = parameter.startsWith('object')
    const owner = isOfObjects ? onArm.objects[index]!.name : model.jointNames[index]!
    return `${parameter} ${owner}`
  }
}

/** Of the angle between a normal [3] and the opposite of a vector [3]. */
function tangent(vector: Float64Array, normal: Float64Array): number {
  const along = vector[0]! * normal[0]! + vector[1]! * normal[1]! + vector[2]! * normal[2]!
  const square = vector[0]! ** 2 + vector[1]! ** 2 + vector[2]! ** 2
  return Math.sqrt(Math.max(0, square - along * along)) / Math.abs(along)
}
