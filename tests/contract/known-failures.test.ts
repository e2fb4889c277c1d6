import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CardEntry, readCard } from '../../bridge/deploy/policy-card.node.ts'
import { readRecording } from '../../bridge/recording/read-recording.node.ts'
import { framesOfRecording, SHOWN_TOPICS } from '../../bridge/viewer/recording-frames.ts'
import { loadConfig, packageRoot } from '../../configs/load/load.node.ts'
import { listZoo, loadPolicyFile } from '../../policy/file/policy-file.node.ts'
import { taskSchema } from '../../sim/tasks/task.schema.ts'

interface Failed extends CardEntry {
  readonly failures?: readonly {
    readonly kind: string
    readonly episodes: number
    readonly episode: number
    readonly recording?: string
  }[]
}

const FOLDER = join(packageRoot(), 'policy', 'zoo', 'failures')

const failedOf = (policy: string): Failed => {
  const found = (readCard(policy) as Failed[]).find(({ failures = [] }) =>
    failures.some(({ recording }) => recording !== undefined),
  )
  if (found === undefined) throw new Error(`the card of ${policy} tells of no failures`)
  return found
}

const kindsIn = (head: string) => [...head.matchAll(/`(\w+)`/g)].map(([, kind]) => kind!)

describe('the known failures of the shipped policies', () => {
  it.each(listZoo())('%s: all that its card counts, and a recording of each kind', (policy) => {
    const { episodes, failures = [], randomization, success, task, world } = failedOf(policy)
    const drawn = policy === 'slide-panda' ? 'friction-20' : 'wide'
    expect({ episodes, randomization, world }).toEqual({
      ...{ episodes: 2000, randomization: drawn, world: 'rapier' },
    })
    const { mainThresholdM } = loadConfig('tasks', task, taskSchema).success
    const failed = failures.reduce((sum, failure) => sum + failure.episodes, 0)
    expect(failed).toBe(Math.round(episodes * (1 - success[String(mainThresholdM)]!.rate)))
    const { digest } = loadPolicyFile(policy).metadata
    for (const { episode, kind, recording } of failures) {
      const file = join(FOLDER, recording!)
      const found = readRecording(file, SHOWN_TOPICS)
      expect(found.isComplete).toBe(true)
      expect(found.metadata).toMatchObject({ failure: kind, policy, policyDigest: digest, task })
      const { frames } = framesOfRecording(file, found, (frame) => frame)
      const states = frames.flatMap((frame) => ('state' in frame ? [frame.state] : []))
      expect(states.length).toBeGreaterThan(90)
      const verdicts = frames.flatMap((frame) => ('episode' in frame ? [frame.episode] : []))
      expect(verdicts).toMatchObject([{ episode, isSuccess: false }])
    }
  })

  it.each(listZoo())('%s: are what the guide says', (policy) => {
    const guide = readFileSync(join(packageRoot(), 'docs', 'reading-numbers.md'), 'utf8')
    const head = guide.split('\n').find((line) => line.startsWith('| | `near`'))!
    const counts = kindsIn(head).map((kind) => {
      const found = failedOf(policy).failures!.find((failure) => failure.kind === kind)
      return String(found?.episodes ?? '–')
    })
    expect(guide).toContain(`| \`${policy}\` | ${counts.join(' | ')} |\n`)
    const unsaid = failedOf(policy).failures!.filter(({ kind }) => !kindsIn(head).includes(kind))
    expect(unsaid).toEqual([])
  })

  it('leave no recording over that no card names', () => {
    const named = listZoo().flatMap((policy) => failedOf(policy).failures ?? [])
    expect(readdirSync(FOLDER).sort()).toEqual(named.map(({ recording }) => recording).sort())
  })
})
