import { z } from 'zod'
import { networkSchema, RIGHT_FRAMES } from '../networks/network.schema.ts'

const positive = z.number().positive()
const count = z.number().int().positive()
const fraction = z.number().min(0).max(1)

/** `configs/algorithms/*.yaml` with `kind: hindsight`. */
export const HindsightSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('hindsight'),
  /** Of the actor, and of each of the two recurrent critics. */
  network: networkSchema.refine(...RIGHT_FRAMES),
  /** Discount γ per policy step. */
  discount: z.number().min(0).lt(1),
  /** λ of the critics' targets: 0 looks one step ahead, 1 to the end of the episode as it was played. */
  traceDecay: fraction.default(0),
  /** What the end of an episode means: the task is over, or only our patience. */
  horizon: z.enum(['terminated', 'truncated']),
  /** Steps of an episode: they are replayed whole. */
  chunkSteps: count,
  /** Episodes kept; the oldest make room. A checkpoint holds them too. */
  replayEpisodes: count,
  /** Episodes in a minibatch. */
  batchEpisodes: count,
  /** Minibatches per rollout. */
  minibatches: count,
  /** First rollouts, from which nothing is learnt yet. */
  waitRollouts: z.number().int().min(0),
  /** Share of replayed episodes, but for those with an expert, whose goal becomes a place that was reached later. */
  relabelShare: fraction,
  /**
   * Share of replayed episodes that are drawn in proportion to the way that what is judged went, after the
   * energy-based prioritisation of Zhao & Tresp 2018 (arXiv 1810.01363): where nothing moved, hindsight finds only
   * goals that were reached from the start.
   */
  movedShare: fraction.default(0),
  /** Share of the arms that the expert drives; 0 asks none. */
  expertShare: fraction,
  /**
   * It takes over anywhere within this share of the episode, 0: from the beginning. Then it shows what to do where the
   * policy leads, as people do who help a robot (Luo et al. 2024, arXiv 2410.21845).
   */
  takeOver: fraction.default(0),
  /**
   * Weight, beside the value, of the mean squared error to what the expert did where it drove (Nair et al. 2018, arXiv
   * 1709.10089, section IV-B).
   */
  demonstrationWeight: z.number().min(0).default(0),
  /** Only where the critic values that more than what the policy would do: its Q-filter, section IV-C. */
  demonstrationFilter: z.boolean().default(true),
  /** Share of steps in which an arm does anything at all. */
  randomShare: fraction,
  /** Steps for which such an action is held, so that it leads somewhere (Dabney et al. 2020, arXiv 2006.01782). */
  randomSteps: count.default(1),
  /** Standard deviation of what is added to the policy's actions. */
  noise: positive,
  /** The same to the actions of the targets, and its bound. */
  targetNoise: z.strictObject({ std: z.number().min(0), clip: positive }),
  /** Share of the way that target networks go after the networks per minibatch. */
  targetRate: positive.max(1),
  /** Minibatches per step of the actor. */
  actorEvery: count,
  /** Weight of (|mean| − meanLimit)²₊: from 0 it is the action penalty of the paper, from 1 it keeps off the clip. */
  meanPenalty: z.number().min(0),
  meanLimit: z.number().min(0),
  learningRate: z.strictObject({ actor: positive, critic: positive }),
  gradientNorm: positive,
  /** Updates after which the normalisers stay as they are. */
  normaliserUpdates: count,
  /** Decay per update of the average of the actor's weights that is evaluated and kept; 0: the latest. */
  averaging: z.number().min(0).lt(1),
})

export type HindsightConfig = z.infer<typeof HindsightSchema>
