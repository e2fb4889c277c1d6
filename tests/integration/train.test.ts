import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trainJob } from '../../dist/policy/learning/train.node.js'
import { readTrainJob } from '../../dist/policy/learning/train-job.node.js'
import { decodeCheckpoint } from '../../policy/learning/checkpoint.ts'
import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import { SMALL_PPO } from '../policy/algorithms/small-ppo.ts'

const JOB: TrainJob = {
  config: {
    version: 1,
    task: 'recall',
    arm: 'none',
    randomization: 'none',
    algorithm: 'small',
    seed: 3,
    numEnvs: 16,
    workers: 2,
    goalsPerEpisode: 1,
    engine: { timestepS: 0.01, iterations: 1 },
    minutes: 5,
    successThresholdM: 0.05,
    curriculum: { initialWidth: 0.1, widthPerUpdate: 0.02, successGate: 0.4 },
    evaluation: { everyUpdates: 2, episodes: 16, seed: 77, width: 1 },
    checkpointEveryUpdates: 1,
  },
  algorithm: SMALL_PPO,
  environment: {
    module: new URL('../../dist/tests/policy/learning/recall-factory.js', import.meta.url).href,
    factory: 'createRecallEnv',
    config: {},
  },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-train-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Trains until so many updates are done, as Ctrl-C would end it. */
function trainFor(
  updates: number,
  name: string,
  options: { resume?: boolean; job?: TrainJob } = {},
) {
  const abort = new AbortController()
  return trainJob(options.job ?? JOB, {
    outDir: join(folder, name),
    resume: options.resume,
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
    const stored = (name: string) => {
      const path = join(folder, name, 'checkpoints', '0000004.ckpt')
      return decodeCheckpoint(readFileSync(path), path)
    }
    expect(stored('parts').arrays).toEqual(stored('whole').arrays)
    expect(metrics('parts').filter(({ kind }) => kind === 'update')).toHaveLength(4)
  })

  it('does not resume from a checkpoint that was cut short', async () => {
    await trainFor(1, 'run')
    truncateSync(join(folder, 'run', 'checkpoints', '0000001.ckpt'), 1000)
    await expect(trainFor(2, 'run', { resume: true })).rejects.toMatchObject({
      code: 'POLICY_CHECKPOINT_INVALID',
    })
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

function metrics(name: string): { kind: string }[] {
  const lines = readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as { kind: string })
}
