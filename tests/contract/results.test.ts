import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CardEntry, readCard } from '../../bridge/deploy/policy-card.node.ts'
import { BASELINES } from '../../bridge/deploy/task-actor.ts'
import { evidenceSchema } from '../../bridge/evidence/evidence.schema.ts'
import { listConfigs, loadConfig } from '../../configs/load/load.node.ts'
import type { PairedDifference } from '../../policy/evaluate/paired-difference.ts'
import { listZoo } from '../../policy/file/policy-file.node.ts'
import { ROOT } from './source-files.ts'

const figures = listConfigs('evidence').flatMap(
  (name) => loadConfig('evidence', name, evidenceSchema).figures,
)
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

/** A line of a card, with what only some lines have. */
interface Entry extends CardEntry {
  readonly success: Readonly<Record<string, { rate: number; low: number; high: number }>>
  readonly hasPerfectSensing?: true
  /** Of evaluations in MuJoCo with other steps than usual. */
  readonly substeps?: number
  /** Of evaluations in real time. */
  readonly loop?: object
  readonly paired?: PairedDifference
}

interface Row {
  readonly policy: string
  readonly label: string
  /** What each actor did that the row speaks of. */
  readonly entries: readonly Entry[]
  readonly cells: readonly { readonly thresholdM: string; readonly text: string }[]
}

/** The rows of the table of a policy; a row that says "the same" means the draws of the one above. */
function rowsOf(policy: string): Row[] {
  const card = readCard(policy) as Entry[]
  const [head = '', , ...lines] = new RegExp(`^\\| \`${policy}\`.*\n(?:\\|.*\n)+`, 'm')
    .exec(readme)![0]
    .trim()
    .split('\n')
  const cellsOf = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const [, , ...thresholds] = cellsOf(head)
  const keys = thresholds.map((text) => String(Number(/within ([\d.]+) cm/.exec(text)![1]) / 100))
  let setting: string | undefined
  let world: string | undefined
  return lines.map((line) => {
    const [label = '', episodes = '', ...texts] = cellsOf(line)
    setting = /`([\w-]+)`/.exec(label)?.[1] ?? setting
    world = worldOf(label) ?? world
    const baselines = BASELINES.filter((name) => label.includes(name))
    const entries = (baselines.length > 0 ? baselines : [policy]).map((actor) => {
      const found = card.findLast(
        (entry) =>
          entry.policy === actor &&
          entry.episodes === Number(episodes.replace(/,| each/g, '')) &&
          [entry.randomization, entry.reality].includes(setting!) &&
          entry.world === world &&
          (entry.loop !== undefined) === label.includes('real time') &&
          (entry.substeps !== undefined) === label.includes('--substeps') &&
          (entry.hasPerfectSensing === true) === label.includes('without any error'),
      )
      if (found === undefined) throw new Error(`no line for ${actor} on the card: ${line}`)
      return found
    })
    return {
      policy,
      label,
      entries,
      cells: keys.map((thresholdM, i) => ({ thresholdM, text: texts[i]! })),
    }
  })
}

function worldOf(label: string): string | undefined {
  if (label.includes('Rapier')) return 'rapier'
  if (label.includes('MuJoCo')) return 'mujoco'
  return label.includes('workshop') ? 'twin' : undefined
}

/** Whether a share is what a text says of it [%], as finely as it says it: `96.5`, `99`, `≤ 0.2`. */
function expectSaid(share: number, said: string): void {
  const isMost = said.startsWith('≤')
  const figure = said.replace(/[≤ ]/g, '')
  const half = 0.5 * 10 ** -(figure.split('.')[1]?.length ?? 0)
  const value = Number(figure)
  expect(100 * share, said).toBeLessThanOrEqual(value + half + 1e-9)
  if (!isMost) expect(100 * share, said).toBeGreaterThanOrEqual(value - half - 1e-9)
}

/** Whether a command of evidence makes such a line of a card. */
function makes({ command, episodes }: (typeof figures)[number], entry: Entry): boolean {
  const [, actor, ...words] = command.split(' ')
  const after = (flag: string) =>
    words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined
  const says = (flag: string, value: unknown) => after(flag) === String(value)
  const isBaseline = BASELINES.some((name) => name === actor)
  return (
    episodes === entry.episodes &&
    actor === entry.policy &&
    (!isBaseline || (after('--task') ?? 'push') === entry.task) &&
    (!isBaseline || (after('--arm') ?? 'so101') === entry.arm) &&
    says('--world', entry.world) &&
    (entry.world === 'twin'
      ? says('--reality', entry.reality)
      : says('--randomization', entry.randomization)) &&
    words.includes('--real-time') === (entry.loop !== undefined) &&
    words.includes('--perfect-sensing') === (entry.hasPerfectSensing === true) &&
    words.includes('--against') === (entry.paired !== undefined) &&
    after('--substeps') === entry.substeps?.toString()
  )
}

describe.each(listZoo())('the results of %s in the README', (policy) => {
  it.each(rowsOf(policy))('are what its card says: $label', ({ cells, entries }) => {
    for (const { thresholdM, text } of cells) {
      const [, rate, low, high] = /^(≤? ?[\d.]+) %(?: \(([\d.]+)–([\d.]+)\))?$/.exec(
        text.replaceAll('*', ''),
      )!
      for (const { success } of entries) {
        expectSaid(success[thresholdM]!.rate, rate!)
        if (low !== undefined) expectSaid(success[thresholdM]!.low, low)
        if (high !== undefined) expectSaid(success[thresholdM]!.high, high)
      }
    }
  })

  it.each(rowsOf(policy))('are found again by evidence: $label', ({ entries }) => {
    for (const entry of entries) {
      const sought = JSON.stringify(entry).slice(0, 200)
      expect(
        figures.filter((figure) => makes(figure, entry)),
        sought,
      ).toHaveLength(1)
    }
  })

  it('stand in a row for each world that the policy was judged in', () => {
    const worlds = (entries: readonly Entry[]) =>
      new Set(entries.filter((entry) => entry.policy === policy).map(({ world }) => world))
    const shown = rowsOf(policy).flatMap(({ entries }) => entries)
    expect(worlds(shown)).toEqual(worlds(readCard(policy) as Entry[]))
  })
})

it('what another engine costs push-so101 is the difference on the same draws', () => {
  const paired = (readCard('push-so101') as Entry[]).findLast((entry) => entry.paired)!.paired!
  const said = /MuJoCo costs the policy (-?[\d.]+) points \((-?[\d.]+) to ([\d.]+), paired\)/.exec(
    readme,
  )!
  expectSaid(-paired.difference, said[1]!)
  expectSaid(-paired.high, said[2]!)
  expectSaid(-paired.low, said[3]!)
})
