import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { endPrograms, expectFailure, start } from './sim2arm-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-evidence-'))
const config = join(folder, 'mine.yaml')
const outDir = join(folder, 'found')
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(endPrograms)

const COUNTS = 'episodes: 500, quickEpisodes: 4'

writeFileSync(
  config,
  `version: 1
figures:
  - name: still
    command: eval still --world rapier --randomization wide
    episodes: 500
    quickEpisodes: 16
    bars: [{ of: success, thresholdM: 0.05, atLeast: 0.9 }]
  - { name: nobody, command: eval nobody --world rapier, ${COUNTS} }
  - name: kept
    command: eval push-so101 --goals 2
    episodes: 500
    quickEpisodes: 4
    bars: [{ of: lastGoal, above: put back }]
  - { name: put back, command: eval push-so101 --goals 2 --reset-state, ${COUNTS} }
`,
)

const find = (...more: string[]) => start(['evidence', ...more, '--quick', '--out', outDir])

describe('evidence', () => {
  it('runs what its config lists, says what came of it, and does not run it again', async () => {
    const program = find(config, '--json')
    expect(await program.ended).toBe(1)
    expect(program.events.at(-1)).toMatchObject({
      type: 'result',
      figures: 4,
      failed: ['nobody'],
      asked: [
        { name: 'still', asked: '5 cm ≥ 90 %', verdict: 'missed' },
        { name: 'kept', asked: 'last goal above “put back”', verdict: 'open' },
      ],
    })
    const table = readFileSync(join(outDir, 'evidence.md'), 'utf8')
    expect(table).toMatch(
      /^\| still \| 16 \| .*5 cm: 0\.0 % .* \| 5 cm ≥ 90 %: \*\*missed\*\* \|$/m,
    )
    expect(table).toMatch(/^\| nobody \| – \| CONFIG_UNKNOWN_NAME \| {2}\|$/m)
    expect(table).toMatch(/^\| kept \| 4 \| 5 cm: goal 1: .*, goal 2: .*: \*\*open\*\* \|$/m)
    const again = find(config)
    expect(await again.ended).toBe(1)
    expect(again.stderr + again.stdout).toMatch(/^1\/1 nobody$/m)
    expect(again.stdout).toContain(table)
  })

  it('says which configs there are', async () => {
    await expectFailure(find('nothing', '--json'), 2, 'CONFIG_UNKNOWN_NAME')
  })
})
