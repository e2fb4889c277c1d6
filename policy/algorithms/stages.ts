/**
 * Algorithms one after the other, each beginning with the policy that the one before would keep:
 *
 *   imitation of an expert → PPO, its critic first: the usual way to tasks that are hard to explore
 */
import { CodedError } from '../../configs/load/coded-error.ts'
import { type NamedArrays, savedArray } from '../learning/checkpoint.ts'
import type { Rollout } from '../learning/rollout.ts'
import type { ActingPolicy, Collection } from '../learning/rollout-source.ts'
import { actorLayout, exportActor } from '../networks/actor.ts'
import type { ActorParameters, ActorShape } from '../networks/actor-parameters.ts'
import { createNormaliser } from '../networks/running-normaliser.ts'
import type { Algorithm, UpdateFigures, UpdateOptions } from './algorithm.ts'
import type { AlgorithmConfig, SingleConfig, StagesConfig } from './stages.schema.ts'

export interface Stage {
  /** Updates, but for the last stage, which has no end. */
  readonly updates: number
  create(warmStart: ActorParameters | undefined): Algorithm
}

/** The present stage's algorithm, made when the one before has ended: an update later where that one's last was taken back. */
export class Stages implements Algorithm {
  readonly #stages: readonly Stage[]
  readonly #shape: ActorShape
  readonly #warmStart: ActorParameters | undefined
  #index = 0
  #algorithm: Algorithm
  #waitedS = 0

  /**
   * @param stages - at least one
   * @param shape - of the actor that they hand on
   */
  constructor(stages: readonly Stage[], shape: ActorShape, warmStart?: ActorParameters) {
    this.#stages = stages
    this.#shape = shape
    this.#warmStart = warmStart
    this.#algorithm = stages[0]!.create(warmStart)
  }

  get gradientWaitS(): number {
    return this.#waitedS + this.#algorithm.gradientWaitS
  }

  policy(): Promise<ActingPolicy> {
    return this.#algorithm.policy()
  }

  averagedPolicy(): Promise<ActingPolicy> {
    return this.#algorithm.averagedPolicy()
  }

  collection(iteration: number): Collection {
    return this.#algorithm.collection(iteration - this.#begin())
  }

  async update(rollouts: readonly Rollout[], options: UpdateOptions): Promise<UpdateFigures> {
    const iteration = options.iteration - this.#begin()
    const figures = await this.#algorithm.update(rollouts, { ...options, iteration })
    const stage = this.#index
    const isLast = stage === this.#stages.length - 1
    if (!isLast && iteration >= this.#stages[stage]!.updates) {
      const { actor } = await this.#algorithm.averagedPolicy()
      this.#enter(stage + 1, actor)
    }
    return { ...figures, stage }
  }

  async save(): Promise<NamedArrays> {
    return { ...(await this.#algorithm.save()), stage: Float64Array.of(this.#index) }
  }

  restore(saved: NamedArrays): void {
    const index = savedArray(saved, 'stage', 1)[0]!
    if (!Number.isInteger(index) || index < 0 || index >= this.#stages.length) {
      throw new CodedError('POLICY_CHECKPOINT_INVALID', `there is no stage ${index}`, {
        hint: 'resume with the config of the run folder',
      })
    }
    if (index !== this.#index) {
      this.#enter(index, index === 0 ? this.#warmStart : blankActor(this.#shape))
    }
    this.#algorithm.restore(saved)
  }

  dispose(): void {
    this.#algorithm.dispose()
  }

  /** Updates of the stages before. */
  #begin(): number {
    return this.#stages.slice(0, this.#index).reduce((sum, { updates }) => sum + updates, 0)
  }

  #enter(index: number, actor: ActorParameters | undefined): void {
    const next = this.#stages[index]!.create(actor)
    this.#waitedS += this.#algorithm.gradientWaitS
    this.#algorithm.dispose()
    this.#algorithm = next
    this.#index = index
  }
}

/** Of the right shape: its values come from the checkpoint. */
function blankActor(shape: ActorShape): ActorParameters {
  const flat = new Float32Array(actorLayout(shape).size)
  const normaliser = createNormaliser(shape.observation)
  return exportActor({ shape, flat, normaliser, normClip: 1 })
}

/** A config's algorithms in their order: one, or those of its stages. */
export function stagesOf(config: AlgorithmConfig): readonly SingleConfig[] {
  if (config.kind !== 'stages') return [config]
  return config.stages.map(({ algorithm }) => single(algorithm))
}

/** Names have been looked up by then. */
export function single(algorithm: StagesConfig['stages'][number]['algorithm']): SingleConfig {
  if (typeof algorithm !== 'string') return algorithm
  throw new CodedError('CONFIG_INVALID', `stage ${algorithm} has not been looked up`)
}
