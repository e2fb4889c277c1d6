import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadLatestCheckpoint } from '../../dist/policy/learning/checkpoint-store.node.js'
import { trainPolicy } from '../../dist/policy/learning/train.node.js'
import { loadTrainConfig } from '../../dist/policy/learning/train-job.node.js'
import { policyPath } from '../../policy/file/policy-file.node.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-taught-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('training with a policy as expert', () => {
  it('repeats to the last bit, also in a process that has trained before', async () => {
    const teacher = copyTeacher()
    await trainFor(1, 'first', teacher)
    await trainFor(1, 'second', teacher)
    expect(arraysOf('second')).toEqual(arraysOf('first'))
  })

  it('goes on as it began, also where the file of the policy is gone', async () => {
    const teacher = copyTeacher()
    await trainFor(2, 'whole', teacher)
    await trainFor(1, 'parts', teacher)
    rmSync(teacher)
    await trainFor(2, 'parts', teacher, true)
    expect(arraysOf('parts')).toEqual(arraysOf('whole'))
  })
})

function copyTeacher(): string {
  const file = join(folder, 'teacher.onnx')
  copyFileSync(policyPath('push-so101'), file)
  return file
}

/** Until so many updates are done, as Ctrl-C would end it. */
async function trainFor(updates: number, run: string, expert: string, resume = false) {
  const small = ['numEnvs=2', 'workers=1', 'gradientWorkers=0', 'evaluation.everyUpdates=1000']
  const config = loadTrainConfig('push-so101', [...small, 'algorithm=dagger', `expert=${expert}`])
  const abort = new AbortController()
  await trainPolicy(config, {
    outDir: join(folder, run),
    resume,
    signal: abort.signal,
    onEvent: ({ kind, iteration }) => {
      if (kind === 'update' && iteration === updates) abort.abort()
    },
  })
}

const arraysOf = (run: string) =>
  loadLatestCheckpoint(join(folder, run, 'checkpoints')).checkpoint.arrays
