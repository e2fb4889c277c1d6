import { join } from 'node:path'
import { stringify } from 'yaml'
import { createAlgorithm, needsOf, ppoPart } from '../algorithms/index.ts'
import type { Backend } from '../backends/backend.ts'
import { requireBackend } from '../backends/require-backend.node.ts'
import { startBackend, type TrainingBackend } from '../backends/start-backend.node.ts'
import { loadPolicyFile, savePolicyFile } from '../file/policy-file.node.ts'
import { actorCriticShapes } from '../networks/actor-critic.ts'
import { type ActorParameters, stateSize } from '../networks/actor-parameters.ts'
import { saveCheckpoint, saveDump } from './checkpoint-store.node.ts'
import { startCpuProfile } from './cpu-profile.node.ts'
import { type Demonstration, joinDemonstrations } from './demonstrations.ts'
import type { ExpertChoice } from './expert.ts'
import { startGradientThreads } from './gradient-threads.node.ts'
import { type OpenedRun, openRun } from './open-run.node.ts'
import { policyFacts } from './policy-facts.ts'
import type { RolloutSource, SourceShape } from './rollout-source.ts'
import { chooseRunBackend, type RunBackend, warningsOf } from './run-backend.node.ts'
import {
  CHECKPOINTS,
  describeCommit,
  MetricsLog,
  storeLimit,
  writeProfile,
  writeReport,
  writeRunConfig,
} from './run-folder.node.ts'
import { holdRun } from './run-lock.node.ts'
import { type TrainGoal, type TrainOutcome, train } from './train.ts'
import type { TrainConfig } from './train-config.schema.ts'
import type { TrainEvent } from './train-events.ts'
import { readTrainJob, resolveTrainJob, startingFrom, type TrainJob } from './train-job.node.ts'
import type { BestResult } from './train-progress.ts'
import type { TrainingGate } from './training-gate.ts'
import { checkWarmStart, keepActor } from './warm-start.node.ts'
import { createWorkerSource, type TrainingWatch } from './worker-source.node.ts'

export interface TrainPolicyOptions {
  /** Run folder: new or empty, unless `resume`. */
  readonly outDir: string
  /** Goes on from the newest checkpoint of `outDir`, with the config stored there. */
  readonly resume?: boolean | undefined
  /** Ends with a checkpoint when it fires. */
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: TrainEvent) => void) | undefined
  /** Instead of the config's, and stored as it. */
  readonly minutes?: number | undefined
  readonly until?: TrainGoal | undefined
  /** What computes: `auto` measures and takes the fastest. A resumed run keeps its own. Default `wasm`. */
  readonly backend?: TrainingBackend | 'auto' | undefined
  /** Writes where the learner's thread spent its time: `learner.cpuprofile`, for Chrome's DevTools. */
  readonly profile?: boolean | undefined
  /** Looks on while episodes are played. */
  readonly watch?: TrainingWatch | undefined
  /** Where training can be held. */
  readonly gate?: TrainingGate | undefined
  /** Weights and normaliser to start from. */
  readonly warmStart?: ActorParameters | undefined
  /** Episodes to imitate, instead of an expert in the simulator. */
  readonly demonstrations?: readonly Demonstration[] | undefined
  /** Called with each policy that evaluates better than all before, to write it out. */
  readonly onBest?:
    | ((actor: ActorParameters, result: BestResult, job: TrainJob) => void)
    | undefined
}

export interface TrainResult extends TrainOutcome {
  /** The run folder. */
  readonly run: string
  readonly backend: string
  readonly kernels: string
  /** What computes products of matrices, where that is native code beside the kernels. */
  readonly products?: string | undefined
  readonly backendReason: string
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
    onBest: (actor, result, asRun) => {
      const { successThresholdM } = asRun.config
      const metadata = policyFacts(asRun, commit, { ...result, successThresholdM })
      savePolicyFile(join(options.outDir, 'policy.onnx'), { parameters: actor, metadata })
      options.onBest?.(actor, result, asRun)
    },
  })
}

/** Trains what a job says, with any environment. Throws BRIDGE_FOLDER_TAKEN where another process trains into the folder. */
export async function trainJob(job: TrainJob, options: TrainPolicyOptions): Promise<TrainResult> {
  if (options.backend && options.backend !== 'auto') requireBackend(options.backend)
  const letGo = holdRun(options.outDir)
  try {
    return await trainHeld(job, options)
  } finally {
    letGo()
  }
}

async function trainHeld(given: TrainJob, options: TrainPolicyOptions): Promise<TrainResult> {
  const run = openRun(options)
  const limited = withLimit(given, options.minutes)
  const job = run.warmStart ? startingFrom(limited, run.warmStart) : limited
  const { config, algorithm, environment } = job
  const needs = needsOf(algorithm, options.demonstrations !== undefined)
  const expert = needs.asksExpert ? readExpert(config.expert, run.expert) : undefined
  const source = await createWorkerSource({
    environment,
    numEnvs: config.numEnvs,
    workers: config.workers,
    goalsPerEpisode: config.goalsPerEpisode,
    watch: options.watch,
    chunkSteps: needs.chunkSteps,
    network: run.warmStart?.shape ?? needs.network,
    horizon: needs.horizon,
    keepsGoals: needs.keepsGoals,
    expert,
  })
  try {
    if (run.warmStart) checkWarmStart(run.warmStart, source.shape, needs.network)
    const workload = workloadOf(job, source.shape, run.warmStart)
    const chosen = await chooseRunBackend(options, workload)
    const backend = await startBackend(chosen.name)
    try {
      return await trainOn({ source, backend, chosen, run, expert }, job, options)
    } finally {
      backend.release()
    }
  } finally {
    await source.close()
  }
}

/** The job as it is run: what it stores, reports and ends at is one limit. */
function withLimit(job: TrainJob, minutes = job.config.minutes): TrainJob {
  return { ...job, config: { ...job.config, minutes } }
}

interface Stage {
  readonly source: RolloutSource
  readonly backend: Backend
  readonly chosen: RunBackend
  readonly run: OpenedRun
  readonly expert: ExpertChoice | undefined
}

async function trainOn(
  { source, backend, chosen, run, expert }: Stage,
  job: TrainJob,
  options: TrainPolicyOptions,
): Promise<TrainResult> {
  const { outDir, signal } = options
  const { config } = job
  const { warmStart, checkpoint: resume } = run
  const { kernels, name, products } = backend
  const workload = workloadOf(job, source.shape, warmStart)
  // Other backends share work among cores themselves.
  const count = backend.name === 'wasm' ? config.gradientWorkers : 0
  const gradients =
    count === 0 || workload === undefined
      ? undefined
      : await startGradientThreads({ count, ...workload, nowS })
  const { chunkSteps } = needsOf(job.algorithm)
  const algorithm = createAlgorithm(job.algorithm, {
    sizes: source.shape,
    seed: config.seed,
    warmStart,
    gradients,
    demonstrations:
      options.demonstrations &&
      joinDemonstrations(options.demonstrations, { ...source.shape, chunkSteps }),
  })
  // The profiler's signals corrupt the heap of a TensorFlow whose binding does not hold them back.
  const isProfiled = options.profile && backend.name !== 'tensorflow'
  const endProfile = isProfiled ? await startCpuProfile() : undefined
  try {
    if (resume) storeLimit(outDir, config.minutes)
    else {
      keepActor(outDir, 'warm-start', warmStart)
      keepActor(outDir, 'expert', expert === 'scripted' ? undefined : expert)
      writeRunConfig(outDir, {
        train: config,
        algorithm: job.algorithm,
        environment: job.environment,
        inputs: { demonstrations: job.demonstrations, datasets: job.datasets },
        backend: { name, kernels, products, reason: chosen.reason },
      })
    }
    const iteration = Number(resume?.progress['iteration'] ?? 0)
    const metrics = new MetricsLog(outDir, iteration)
    const tell = (event: TrainEvent) => {
      metrics.append(event)
      if (event.kind === 'checkpoint') writeReport(outDir, reportOf(job))
      options.onEvent?.(event)
    }
    for (const warning of [
      ...run.damaged.map((message) => ({
        message,
        hint: `goes on from the one before, after update ${iteration}`,
      })),
      ...warningsOf(chosen, backend),
    ]) {
      tell({ kind: 'warning', iteration, ...warning })
    }
    const outcome = await train(
      {
        config,
        algorithm,
        source,
        nowS: () => options.gate?.now() ?? nowS(),
        pause: async () => {
          await new Promise((resolve) => setImmediate(resolve))
          await options.gate?.pass()
        },
        onEvent: tell,
        saveDump: (dump, at) => saveDump(join(outDir, 'poisoned'), dump, at),
        saveCheckpoint: (checkpoint, { iteration: at, best }) =>
          saveCheckpoint(join(outDir, CHECKPOINTS), checkpoint, {
            iteration: at,
            isBest: best?.iteration === at,
          }),
        onBest: (actor, result) => options.onBest?.(actor, result, job),
      },
      {
        minutes: config.minutes,
        until: options.until,
        signal,
        resume,
      },
    )
    if (endProfile) writeProfile(outDir, await endProfile())
    return {
      run: outDir,
      ...outcome,
      ...{ backend: name, kernels, products, backendReason: chosen.reason },
      workers: config.workers,
    }
  } finally {
    await gradients?.close()
    algorithm.dispose()
  }
}

/** What gradient threads compute at most, where an algorithm has them. */
function workloadOf(
  { config, algorithm }: TrainJob,
  sizes: SourceShape,
  warmStart: ActorParameters | undefined,
) {
  const ppo = ppoPart(algorithm, sizes, warmStart)
  if (ppo === undefined) return undefined
  const { network, chunkSteps, minibatches } = ppo.config
  const { numEnvs, episodeSteps, observation, critic, action } = sizes
  const numSequences = (numEnvs * episodeSteps * config.goalsPerEpisode) / chunkSteps
  const batch = Math.ceil(numSequences / minibatches)
  const state = stateSize(ppo.actor)
  const label = needsOf(algorithm).asksExpert ? action : 0
  return {
    config: ppo.config,
    shapes: actorCriticShapes({ network, sizes, warmStart: { shape: ppo.actor } }),
    minibatch: { steps: chunkSteps, batch, observation, critic, action, state, label },
  }
}

/** @param kept - of a run that is resumed */
function readExpert(name: string, kept: ActorParameters | undefined): ExpertChoice {
  return name === 'scripted' ? name : (kept ?? loadPolicyFile(name).parameters)
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
