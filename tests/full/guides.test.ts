import { afterAll, beforeAll, describe, it } from 'vitest'
import { GuideFolder, runBlock } from '../guide-runner.ts'
import { GUIDE_BLOCKS, planOf } from '../guides.ts'

const folder = new GuideFolder()

beforeAll(async () => {
  await folder.run('npx sim2arm init my-project')
})
afterAll(() => folder.remove())

const blocks = GUIDE_BLOCKS.filter((lines) =>
  lines.some(({ line }) => ['run', 'serve'].includes(planOf(line).kind)),
)

describe('every line of the guides that a machine without arm, ROS and GPU can run', () => {
  it.each(blocks.map((lines) => ({ lines, name: `${lines[0]!.document}: ${lines[0]!.line}` })))(
    'does what it says: $name …',
    ({ lines }) => runBlock(folder, lines, () => true),
  )
})
