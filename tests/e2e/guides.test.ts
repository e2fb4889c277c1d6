import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushMessages, writePush } from '../bridge/recording/recorded-push.ts'
import { GuideFolder, runBlock } from '../guide-runner.ts'
import { GUIDE_BLOCKS, planOf } from '../guides.ts'

const folder = new GuideFolder()

beforeAll(async () => {
  await folder.run('npx sim2arm init my-project')
  // What longer lines leave behind: they are run in the full tier.
  await writePush(join(folder.path, 'run.mcap'), await pushMessages(1))
})
afterAll(() => folder.remove())

const isQuick = (line: string): boolean => {
  const plan = planOf(line)
  return (plan.kind === 'run' || plan.kind === 'serve') && plan.isQuick
}
const blocks = GUIDE_BLOCKS.filter((lines) => lines.some(({ line }) => isQuick(line)))

describe('the quick lines of the guides', () => {
  it.each(blocks.map((lines) => ({ lines, name: `${lines[0]!.document}: ${lines[0]!.line}` })))(
    'do what they say: $name …',
    ({ lines }) => runBlock(folder, lines, ({ isQuick }) => isQuick),
  )

  it('are enough to see that the others can be run', () => {
    expect(blocks.length).toBeGreaterThan(4)
  })
})
