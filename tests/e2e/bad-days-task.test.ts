import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, it } from 'vitest'
import { readConfigText } from '../../configs/load/load.node.ts'
import { endPrograms, expectFailure, run } from './sim2arm-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-own-task-'))
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

/** The YAML of a task with this module, or with none there. */
function taskWith(name: string, module?: string): string {
  const yaml = join(folder, `${name}.yaml`)
  const { text } = readConfigText('tasks', 'reach')
  writeFileSync(yaml, text.replace(/^kind: .*$/m, `module: ./${name}.mjs`))
  if (module !== undefined) writeFileSync(join(folder, `${name}.mjs`), module)
  return yaml
}

const evaluate = (yaml: string) => run('eval', 'scripted', '--task', yaml, '--episodes', '2')
const train = (yaml: string, ...more: string[]) =>
  run('train', 'push-so101', '--set', `task=${yaml}`, '--out', join(folder, 'run'), ...more)

describe('a task module that is no good', () => {
  it('is named when it is missing, by evaluation and by the threads of training', async () => {
    const yaml = taskWith('missing')
    await expectFailure(await evaluate(yaml), 2, 'CONFIG_FILE_MISSING', /missing\.mjs/)
    await expectFailure(await train(yaml), 2, 'CONFIG_FILE_MISSING', /missing\.mjs/)
  })

  it('is named with its reason when it throws', async () => {
    const yaml = taskWith('throws', 'throw new Error("oh no")')
    await expectFailure(await train(yaml, '--json'), 2, 'SIM_TASK_INVALID', /Error: oh no/)
  })

  it('is told that it lacks a solver when one is asked for', async () => {
    const reach = new URL('../../dist/sim/tasks/reach.js', import.meta.url).href
    const yaml = taskWith('unsolved', `export { reach } from '${reach}'`)
    const why = /nobody has scripted task reach\. Hint: export a function `solver` from .*unsolved/
    await expectFailure(await evaluate(yaml), 2, 'CONFIG_UNKNOWN_NAME', why)
  })

  it('is weighed only by terms that it has', async () => {
    const failed = await train('reach', '--set', 'rewards={outsid: -1}')
    await expectFailure(failed, 2, 'CONFIG_UNKNOWN_NAME', /outsid.*did you mean outside/)
  })
})
