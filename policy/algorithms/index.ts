import { CodedError } from '../../configs/load/coded-error.ts'
import type { Demonstrations } from '../learning/demonstrations.ts'
import type { GradientSource } from '../learning/gradient-source.ts'
import type { LocalSourceOptions } from '../learning/local-source.ts'
import type { SourceShape } from '../learning/rollout-source.ts'
import {
  type ActorNetwork,
  type ActorParameters,
  actorShape,
} from '../networks/actor-parameters.ts'
import type { Algorithm } from './algorithm.ts'
import { Hindsight } from './hindsight.ts'
import { Imitation } from './imitation.ts'
import type { PpoConfig } from './ppo.schema.ts'
import { Ppo } from './ppo.ts'
import type { AlgorithmConfig, SingleConfig } from './stages.schema.ts'
import { Stages, single, stagesOf } from './stages.ts'

export interface AlgorithmParts {
  readonly sizes: SourceShape
  readonly seed: number
  /** Weights and normaliser to begin with. */
  readonly warmStart?: ActorParameters | undefined
  /** Of `ppo`; the caller closes it. */
  readonly gradients?: GradientSource | undefined
  /** Of `imitation`. */
  readonly demonstrations?: Demonstrations | undefined
}

/** What an algorithm wants of the rollouts that it learns from. */
export interface AlgorithmNeeds
  extends Pick<LocalSourceOptions, 'chunkSteps' | 'horizon' | 'network'> {
  readonly keepsGoals: boolean
  readonly asksExpert: boolean
}

interface Kind<Config> {
  needs(config: Config, hasDemonstrations: boolean): Omit<AlgorithmNeeds, 'chunkSteps' | 'network'>
  create(config: Config, parts: AlgorithmParts): Algorithm
}

type Kinds = { readonly [K in SingleConfig['kind']]: Kind<Extract<SingleConfig, { kind: K }>> }

/** Every algorithm by the `kind` of its config: a file each in this folder, with a schema beside it. */
const KINDS: Kinds = {
  ppo: {
    needs: ({ horizon, expertWeight }) => ({
      horizon,
      keepsGoals: false,
      asksExpert: expertWeight > 0,
    }),
    create: (config, { sizes, seed, warmStart, gradients }) =>
      new Ppo({
        config,
        sizes,
        seed,
        ...(warmStart && { warmStart }),
        ...(gradients && { gradients }),
      }),
  },
  imitation: {
    needs: (_, hasDemonstrations) => ({
      horizon: 'truncated',
      keepsGoals: false,
      asksExpert: !hasDemonstrations,
    }),
    create: (config, { sizes, seed, warmStart, demonstrations }) =>
      new Imitation({
        config,
        sizes,
        seed,
        ...(warmStart && { warmStart }),
        ...(demonstrations && { demonstrations }),
      }),
  },
  hindsight: {
    needs: ({ horizon, expertShare }) => ({
      horizon,
      keepsGoals: true,
      asksExpert: expertShare > 0,
    }),
    create: (config, { sizes, seed, warmStart }) =>
      new Hindsight({ config, sizes, goals: sizes.goals!, seed, ...(warmStart && { warmStart }) }),
  },
}

/**
 * Throws CONFIG_INVALID when stages want different things of one rollout.
 * @param hasDemonstrations - to imitate, so that no expert needs to be asked for that
 */
export function needsOf(config: AlgorithmConfig, hasDemonstrations = false): AlgorithmNeeds {
  const stages = stagesOf(config)
  const needs = stages.map((stage) => KINDS[stage.kind].needs(stage as never, hasDemonstrations))
  const { chunkSteps, network } = stages[0]!
  mustAgree(
    'chunkSteps',
    stages.map((stage) => stage.chunkSteps),
  )
  mustAgree(
    'network.normClip',
    stages.map((stage) => stage.network.normClip),
  )
  return {
    chunkSteps,
    network: networkOf(network),
    horizon: needs.at(-1)!.horizon,
    keepsGoals: needs.some(({ keepsGoals }) => keepsGoals),
    asksExpert: needs.some(({ asksExpert }) => asksExpert),
  }
}

function mustAgree(what: string, values: readonly number[]): void {
  const other = values.find((value) => value !== values[0])
  if (other === undefined) return
  throw new CodedError(
    'CONFIG_INVALID',
    `stages must agree on ${what}, found ${values[0]} and ${other}`,
  )
}

/** What learns, as a config names it; the caller disposes it. */
export function createAlgorithm(config: AlgorithmConfig, parts: AlgorithmParts): Algorithm {
  if (config.kind !== 'stages') return createSingle(config, parts)
  const stages = config.stages.map(({ algorithm, updates }) => ({
    updates,
    create: (warmStart: ActorParameters | undefined) =>
      createSingle(single(algorithm), { ...parts, warmStart }),
  }))
  const [{ network }] = stagesOf(config) as [SingleConfig]
  const shape = parts.warmStart?.shape ?? actorShape(network, parts.sizes)
  return new Stages(stages, shape, parts.warmStart)
}

/** The part of a config that gradient threads compute for, with the actor's shape there. */
export function ppoPart(
  config: AlgorithmConfig,
  sizes: SourceShape,
  warmStart: Pick<ActorParameters, 'shape'> | undefined,
): { readonly config: PpoConfig; readonly actor: ActorParameters['shape'] } | undefined {
  const [ppo, ...others] = stagesOf(config).filter((stage) => stage.kind === 'ppo')
  // The threads know one config and one critic: with several the learner computes alone.
  if (others.length > 0) return undefined
  const [{ network }] = stagesOf(config) as [SingleConfig]
  return ppo && { config: ppo, actor: warmStart?.shape ?? actorShape(network, sizes) }
}

function createSingle(config: SingleConfig, parts: AlgorithmParts): Algorithm {
  return KINDS[config.kind].create(config as never, parts)
}

function networkOf({ embed, hidden, head, memory, frames }: ActorNetwork): ActorNetwork {
  const {
    observation: _,
    action: __,
    ...network
  } = actorShape(
    { embed, hidden, head, ...(memory && { memory }), ...(frames && { frames }) },
    { observation: 1, action: 1 },
  )
  return network
}
