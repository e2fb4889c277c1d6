import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { CodedError } from '../../configs/load/coded-error.ts'
import { Ppo } from '../algorithms/ppo.ts'
import { startWasmBackend } from '../backends/wasm-backend.node.ts'
import { savePolicyFile } from '../file/policy-file.node.ts'
import { actorCriticShapes } from '../networks/actor-critic.ts'
import type { ActorParameters } from '../networks/actor-parameters.ts'
import { loadLatestCheckpoint, saveCheckpoint } from './checkpoint-store.node.ts'
import { type GradientThreads, startGradientThreads } from './gradient-threads.node.ts'
import { policyFacts } from './policy-facts.ts'
import type { SourceShape } from './rollout-source.ts'
import {
  describeCommit,
  MetricsLog,
  removeUnfinished,
  writeReport,
  writeRunConfig,
} from './run-folder.node.ts'
import { type TrainOutcome, train } from './train.ts'
import type { TrainConfig } from './train-config.schema.ts'
import type { TrainEvent } from './train-events.ts'
import { readTrainJob, resolveTrainJob, type TrainJob } from './train-job.node.ts'
import type { BestResult } from './train-progress.ts'
import { createWorkerSource } from './worker-source.node.ts'

export interface TrainPolicyOptions {
  /** Run folder: new or empty, unless `resume`. */
  readonly outDir: string
  /** Goes on from the newest checkpoint of `outDir`, with the config stored there. */
  readonly resume?: boolean | undefined
  /** Ends with a checkpoint when it fires. */
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: TrainEvent) => void) | undefined
  /** Instead of the config's. */
  readonly minutes?: number | undefined
  /** Ends when an evaluation succeeds at least this often, 0 to 1. */
  readonly until?: number | undefined
  /** Weights and normaliser to start from. */
  readonly warmStart?: ActorParameters | undefined
  /** Called with each policy that evaluates better than all before, to write it out. */
  readonly onBest?:
    | ((actor: ActorParameters, result: BestResult, job: TrainJob) => void)
    | undefined
}

export interface TrainResult extends TrainOutcome {
  /** The run folder. */
  readonly run: string
  readonly backend: string
  readonly workers: number
}

/**
 * Trains a policy into a run folder; the config's names are looked up in `configs/`. The best policy so
 * far is always there as `policy.onnx`.
 */
export function trainPolicy(
  config: TrainConfig,
  options: TrainPolicyOptions,
): Promise<TrainResult> {
  const job = options.resume ? readTrainJob(options.outDir) : resolveTrainJob(config)
  const { commit } = describeCommit()
  return trainJob(job, {
    ...options,
    onBest: (actor, result) => {
      const { successThresholdM } = job.config
      const metadata = policyFacts(job, commit, { ...result, successThresholdM })
      savePolicyFile(join(options.outDir, 'policy.onnx'), { parameters: actor, metadata })
      options.onBest?.(actor, result, job)
    },
  })
}

/** Trains what a job says, with any environment. */
export async function trainJob(job: TrainJob, options: TrainPolicyOptions): Promise<TrainResult> {
  const { outDir, signal } = options
  const { config } = job
  const checkpoints = join(outDir, 'checkpoints')
  const resume = options.resume ? loadLatestCheckpoint(checkpoints) : undefined
  if (resume) removeUnfinished(outDir)
  if (!options.resume && existsSync(checkpoints)) {
    throw new CodedError('BRIDGE_USAGE', `${outDir} already holds a run`, {
      hint: 'choose another --out, or go on with --resume',
    })
  }
  const backend = await startWasmBackend()
  const source = await createWorkerSource({
    environment: job.environment,
    numEnvs: config.numEnvs,
    workers: config.workers,
    goalsPerEpisode: config.goalsPerEpisode,
    chunkSteps: job.algorithm.chunkSteps,
    hidden: job.algorithm.network.hidden,
    horizon: job.algorithm.horizon,
  })
  const gradients = await startGradients(job, {
    sizes: source.shape,
    warmStart: options.warmStart,
  }).catch(async (cause: unknown) => {
    await source.close()
    throw cause
  })
  const { observation, critic, action } = source.shape
  const algorithm = new Ppo({
    config: job.algorithm,
    sizes: { observation, critic, action },
    seed: config.seed,
    ...(options.warmStart && { warmStart: options.warmStart }),
    ...(gradients && { gradients }),
  })
  try {
    if (!options.resume) {
      writeRunConfig(outDir, {
        train: config,
        algorithm: job.algorithm,
        environment: job.environment,
        backend: { name: backend.name, kernels: backend.kernels },
      })
    }
    const metrics = new MetricsLog(outDir, Number(resume?.progress['iteration'] ?? 0))
    const outcome = await train(
      {
        config,
        algorithm,
        source,
        nowS,
        pause: () => new Promise((resolve) => setImmediate(resolve)),
        onEvent: (event) => {
          metrics.append(event)
          if (event.kind === 'checkpoint') writeReport(outDir, reportOf(job))
          options.onEvent?.(event)
        },
        saveCheckpoint: (checkpoint, { iteration, best }) =>
          saveCheckpoint(checkpoints, checkpoint, {
            iteration,
            isBest: best?.iteration === iteration,
          }),
        onBest: (actor, result) => options.onBest?.(actor, result, job),
      },
      {
        minutes: options.minutes ?? config.minutes,
        untilSuccess: options.until,
        signal,
        resume,
      },
    )
    return { run: outDir, ...outcome, backend: backend.name, workers: config.workers }
  } finally {
    await Promise.all([source.close(), gradients?.close()])
    algorithm.dispose()
  }
}

/** The threads that share minibatches with this one, where the job wants any. */
async function startGradients(
  { config, algorithm }: TrainJob,
  options: {
    readonly sizes: SourceShape
    readonly warmStart: ActorParameters | undefined
  },
): Promise<GradientThreads | undefined> {
  if (config.gradientWorkers === 0) return undefined
  const { network, chunkSteps } = algorithm
  const { sizes, warmStart } = options
  const { numEnvs, episodeSteps, observation, critic, action } = sizes
  const numSequences = (numEnvs * episodeSteps * config.goalsPerEpisode) / chunkSteps
  const batch = Math.ceil(numSequences / algorithm.minibatches)
  return startGradientThreads({
    count: config.gradientWorkers,
    config: algorithm,
    shapes: actorCriticShapes({ network, sizes, warmStart }),
    minibatch: { steps: chunkSteps, batch, observation, critic, action, hidden: network.hidden },
    nowS,
  })
}

function nowS(): number {
  return performance.now() / 1000
}

function reportOf({ config, algorithm, environment }: TrainJob) {
  const { task, arm, randomization, seed } = config
  const { randomization: ranges = {} } = environment.config as { randomization?: unknown }
  return {
    title: `${task} on ${arm}, randomization ${randomization}, seed ${seed}`,
    sections: {
      'Sampled ranges': stringify(ranges),
      Training: stringify(config),
      Algorithm: stringify(algorithm),
    },
  }
}
