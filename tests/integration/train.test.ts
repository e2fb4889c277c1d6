import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTrainingRun } from '../../bridge/viewer/read-training-run.node.ts'
import {
  loadPolicies,
  loadPolicyOrCheckpoint,
  policyOfCheckpoint,
} from '../../dist/policy/learning/checkpoint-policy.node.js'
import { listCheckpoints } from '../../dist/policy/learning/checkpoint-store.node.js'
import { trainJob } from '../../dist/policy/learning/train.node.js'
import {
  loadTrainConfig,
  readTrainJob,
  resolveTrainJob,
} from '../../dist/policy/learning/train-job.node.js'
import { Ppo } from '../../policy/algorithms/ppo.ts'
import type { SingleConfig } from '../../policy/algorithms/stages.schema.ts'
import { readPolicyFile, writePolicyFile } from '../../policy/file/policy-file.ts'
import { decodeCheckpoint } from '../../policy/learning/checkpoint.ts'
import { decodePoisonedUpdate } from '../../policy/learning/poison-guard.ts'
import type { TrainPolicyOptions } from '../../policy/learning/train.node.ts'
import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import type { ActorParameters } from '../../policy/networks/actor-parameters.ts'
import { SMALL_PPO } from '../policy/algorithms/small-ppo.ts'
import { RECALL_JOB as JOB } from './recall-job.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-train-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Trains until so many updates are done, as Ctrl-C would end it. */
function trainFor(
  updates: number,
  name: string,
  options: Pick<TrainPolicyOptions, 'resume' | 'minutes' | 'warmStart' | 'onBest'> & {
    job?: TrainJob
  } = {},
) {
  const abort = new AbortController()
  return trainJob(options.job ?? JOB, {
    outDir: join(folder, name),
    resume: options.resume,
    minutes: options.minutes,
    warmStart: options.warmStart,
    onBest: options.onBest,
    signal: abort.signal,
    onEvent: (event) => {
      if (event.kind === 'update' && event.iteration >= updates) abort.abort()
    },
  })
}

describe('training with worker threads', () => {
  it('leaves a run folder that tells everything', async () => {
    const result = await trainFor(3, 'run')
    expect(result).toMatchObject({
      updates: 3,
      steps: 3 * 16 * 8,
      workers: 2,
      stoppedBy: 'interrupted',
    })
    const names = readdirSync(join(folder, 'run'))
    expect(names).toEqual(
      expect.arrayContaining(['checkpoints', 'config.yaml', 'metrics.jsonl', 'report.html']),
    )
    expect(names.some((name) => name.startsWith('events.out.tfevents.'))).toBe(true)
    expect(readdirSync(join(folder, 'run', 'checkpoints')).sort()).toEqual([
      '0000001.ckpt',
      '0000002.ckpt',
      '0000003.ckpt',
      'best.ckpt',
    ])
    expect(readTrainJob(join(folder, 'run'))).toEqual(JOB)
    const kinds = metrics('run').map(({ kind }) => kind)
    expect(kinds).toEqual([
      ...['update', 'checkpoint', 'update', 'evaluation', 'checkpoint', 'update', 'checkpoint'],
    ])
  })

  it('is bit-identical whether it was interrupted and resumed or not', async () => {
    await trainFor(4, 'whole')
    await trainFor(2, 'parts')
    await trainFor(4, 'parts', { resume: true, job: readTrainJob(join(folder, 'parts')) })
    expect(bits('parts', 4)).toEqual(bits('whole', 4))
    expect(metrics('parts').filter(({ kind }) => kind === 'update')).toHaveLength(4)
  })

  it('stores the limit it was asked for, and the one it is resumed with, beside all else as it was', async () => {
    const run = join(folder, 'run')
    const config = () => readFileSync(join(run, 'config.yaml'), 'utf8')
    await trainFor(1, 'run', { minutes: 7 })
    expect(readTrainingRun(run)).toMatchObject({ limitS: 420 })
    expect(readTrainJob(run)).toEqual({ ...JOB, config: { ...JOB.config, minutes: 7 } })
    const first = config()
    await trainFor(2, 'run', { resume: true, job: readTrainJob(run), minutes: 9.5 })
    expect(config()).toBe(first.replace('minutes: 7\n', 'minutes: 9.5\n'))
    const html = readFileSync(join(run, 'report.html'), 'utf8')
    expect(html).toContain('minutes: 9.5')
    await trainFor(3, 'run', { resume: true, job: readTrainJob(run) })
    expect(readTrainingRun(run)).toMatchObject({ limitS: 570 })
  })

  it('is to rounding what the learner computes alone', async () => {
    await trainFor(1, 'shared')
    const job = { ...JOB, config: { ...JOB.config, gradientWorkers: 0 } }
    await trainFor(1, 'alone', { job })
    const alone = stored('alone', 1)['actor.firstMoment']!
    const difference = stored('shared', 1)['actor.firstMoment']!.map((m, k) => m - alone[k]!)
    expect(Math.hypot(...difference)).toBeLessThan(1e-3 * Math.hypot(...alone))
  })

  it('ends with the reason when a gradient worker dies, and its checkpoints go on', async () => {
    const workers: Worker[] = []
    const remember = (worker: Worker) => workers.push(worker)
    process.on('worker', remember)
    const failing = trainJob(JOB, {
      outDir: join(folder, 'run'),
      onEvent: ({ kind, iteration }) => {
        // Simulation workers start first.
        if (kind === 'checkpoint' && iteration === 2) void workers[2]!.terminate()
      },
    })
    await expect(failing).rejects.toMatchObject({
      code: 'POLICY_TRAINING_FAILED',
      message: 'a gradient worker failed: the thread ended',
    })
    process.off('worker', remember)
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1])
    await trainFor(4, 'run', { resume: true })
    await trainFor(4, 'whole')
    expect(bits('run', 4)).toEqual(bits('whole', 4))
  })

  it('goes on from the checkpoint before one that was cut short, says so, and comes out the same', async () => {
    await trainFor(3, 'run')
    truncateSync(join(folder, 'run', 'checkpoints', '0000003.ckpt'), 1000)
    await trainFor(4, 'run', { resume: true })
    await trainFor(4, 'whole')
    expect(bits('run', 4)).toEqual(bits('whole', 4))
    expect(metrics('run').filter(({ kind }) => kind === 'warning')).toMatchObject([
      { iteration: 2, message: expect.stringContaining('0000003.ckpt') },
    ])
  })

  it('keeps what would poison the weights in files that can be replayed; the third ends it', async () => {
    // An episode has 8 steps.
    const environment = { ...JOB.environment, config: { overflowsFrom: 9 } }
    await expect(trainFor(9, 'run', { job: { ...JOB, environment } })).rejects.toMatchObject({
      code: 'POLICY_TRAINING_FAILED',
    })
    const paths = [2, 3, 4].map((k) => join(folder, 'run', 'poisoned', `000000${k}.dump`))
    const skipped = metrics('run').filter(({ kind }) => kind === 'skipped')
    expect(skipped).toMatchObject(paths.map((path) => ({ path })))
    const ppo = new Ppo({
      config: SMALL_PPO,
      sizes: { observation: 2, critic: 2, action: 1 },
      seed: JOB.config.seed,
    })
    for (const path of paths) {
      const dump = decodeCheckpoint(readFileSync(path), path)
      const { iteration, before, rollouts } = decodePoisonedUpdate(dump)
      ppo.restore(before)
      const figures = await ppo.update(rollouts, { iteration, pause: async () => {} })
      expect(figures['valueLoss']).toBeNaN()
    }
    ppo.dispose()
  })

  it('is bit-identical when it was resumed after a warm start from a policy of another width', async () => {
    const wide = { ...SMALL_PPO.network, hidden: 20 }
    const teacher = { ...JOB, algorithm: { ...SMALL_PPO, network: wide } }
    let warmStart: ActorParameters | undefined
    await trainFor(2, 'teacher', { job: teacher, onBest: (actor) => (warmStart = actor) })
    await trainFor(3, 'whole', { warmStart })
    await trainFor(2, 'parts', { warmStart })
    await trainFor(3, 'parts', { resume: true, job: readTrainJob(join(folder, 'parts')) })
    expect(stored('whole', 3)['actor.weights']).toHaveLength(
      stored('teacher', 2)['actor.weights']!.length,
    )
    expect(bits('parts', 3)).toEqual(bits('whole', 3))
  })

  it('refuses to start from a policy of another task', async () => {
    let warmStart: ActorParameters | undefined
    await trainFor(2, 'teacher', { onBest: (actor) => (warmStart = actor) })
    const shape = { ...warmStart!.shape, observation: 3 }
    const running = trainFor(1, 'run', { warmStart: { ...warmStart!, shape } })
    await expect(running).rejects.toMatchObject({ code: 'POLICY_MISMATCH' })
  })

  it('does not overwrite a run', async () => {
    await trainFor(1, 'run')
    await expect(trainFor(1, 'run')).rejects.toMatchObject({ code: 'BRIDGE_USAGE' })
  })

  it('ends with the reason when a simulation worker fails', async () => {
    const environment = { ...JOB.environment, config: { failsAt: 13 } }
    await expect(trainFor(9, 'run', { job: { ...JOB, environment } })).rejects.toMatchObject({
      code: 'POLICY_TRAINING_FAILED',
      message: expect.stringContaining('the solver diverged'),
    })
  })
})

describe('training on the push task', () => {
  it('repeats to the last bit, also resumed after it was killed', async () => {
    const small = ['numEnvs=8', 'checkpointEveryUpdates=1', 'evaluation.everyUpdates=1000']
    const { algorithm, ...resolved } = resolveTrainJob(loadTrainConfig('push-so101', small))
    const job = { ...resolved, algorithm: { ...algorithm, epochs: 2, minibatches: 4 } }
    expect(job.config.gradientWorkers).toBe(1)
    await trainFor(2, 'whole', { job })
    await trainFor(2, 'again', { job })
    expect(bits('again', 2)).toEqual(bits('whole', 2))
    // An error after the second update, before its checkpoint, leaves what a kill would leave.
    const killed = trainJob(job, {
      outDir: join(folder, 'killed'),
      onEvent: ({ kind, iteration }) => {
        if (kind === 'update' && iteration === 2) throw new Error('killed')
      },
    })
    await expect(killed).rejects.toThrow('killed')
    expect(readdirSync(join(folder, 'killed', 'checkpoints'))).not.toContain('0000002.ckpt')
    await trainFor(2, 'killed', { resume: true, job: readTrainJob(join(folder, 'killed')) })
    expect(bits('killed', 2)).toEqual(bits('whole', 2))
  })

  it('gives the policy of each checkpoint, that of the best being the one that was evaluated', async () => {
    const often = ['numEnvs=8', 'checkpointEveryUpdates=1', 'evaluation.everyUpdates=1']
    const set = [...often, 'evaluation.episodes=4', 'algorithm=dagger-ppo']
    const { algorithm, ...resolved } = resolveTrainJob(loadTrainConfig('push-so101', set))
    const stages = shortened(algorithm)
    let best: ActorParameters | undefined
    await trainFor(3, 'run', {
      job: { ...resolved, algorithm: { ...algorithm, stages } as typeof algorithm },
      onBest: (actor) => {
        best = actor
      },
    })
    const run = join(folder, 'run')
    const names = ['0000003.ckpt', '0000002.ckpt', '0000001.ckpt', 'best.ckpt']
    expect(listCheckpoints(join(run, 'checkpoints'))).toEqual(names)
    const policies = names.map((name) => policyOfCheckpoint(run, name))
    expect(policies.at(-1)!.parameters).toEqual(best)
    const [newest, , first] = policies.map((policy) => readPolicyFile(writePolicyFile(policy)))
    expect(newest!.metadata.evaluation).toEqual({ iteration: 3 })
    expect(newest!.parameters.tensors).not.toEqual(first!.parameters.tensors)
    // What the command line averages.
    const path = join(run, 'checkpoints', names[0]!)
    expect(loadPolicyOrCheckpoint(path)).toEqual(policies[0])
    expect(loadPolicies(run).map(({ name: _, ...policy }) => policy)).toEqual(policies.slice(0, 3))
    expect(loadPolicies(path)).toEqual([{ name: path, ...policies[0] }])
    for (const missing of [join(run, 'checkpoints', '9.ckpt'), join(run, '0000003.ckpt')]) {
      expect(() => loadPolicyOrCheckpoint(missing)).toThrow(
        expect.objectContaining({ code: 'CONFIG_FILE_MISSING' }),
      )
    }
  })
})

/** Stages of small batches, each but the last of two updates. */
function shortened(algorithm: TrainJob['algorithm']) {
  if (algorithm.kind !== 'stages') throw new Error('no stages')
  return algorithm.stages.map(({ algorithm: each }) => ({
    algorithm: { ...(each as SingleConfig), epochs: 1, minibatches: 4 },
    updates: 2,
  }))
}

/** The arrays of a run's checkpoint after so many updates. */
function stored(name: string, updates: number) {
  const file = `${String(updates).padStart(7, '0')}.ckpt`
  const path = join(folder, name, 'checkpoints', file)
  return decodeCheckpoint(readFileSync(path), path).arrays
}

/** Digests of them: equal only when all bits are. */
function bits(name: string, updates: number): Record<string, string> {
  const entries = Object.entries(stored(name, updates)).map(([key, array]) => {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    return [key, createHash('sha256').update(bytes).digest('hex')] as const
  })
  return Object.fromEntries(entries)
}

function metrics(name: string): { kind: string }[] {
  const lines = readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as { kind: string })
}
