import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfigText } from '../../../configs/load/load.node.ts'
import { importTask } from '../../../sim/tasks/import-task.node.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { reach } from '../../../sim/tasks/reach.ts'
import type { TaskConfig } from '../../../sim/tasks/task.schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-task-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DEFINITION = '{ parameters: {}, terms: { a: "one" }, goalSize: 3, prepare() {} }'
const text = readConfigText('tasks', 'reach').text

/** The task of a YAML in the folder `yaml`, and of the module that it names. */
function ownTask(name: string, module: string | undefined): TaskConfig {
  mkdirSync(join(folder, 'yaml'), { recursive: true })
  mkdirSync(join(folder, 'code'), { recursive: true })
  if (module !== undefined) writeFileSync(join(folder, 'code', `${name}.mjs`), module)
  const yaml = join(folder, 'yaml', `${name}.yaml`)
  writeFileSync(yaml, text.replace(/^kind: .*$/m, `module: ../code/${name}.mjs`))
  return loadTask(yaml)
}

describe('a task by its module', () => {
  it('is found from where the YAML lies', () => {
    expect(ownTask('here', '').module).toBe(join(folder, 'code', 'here.mjs'))
  })

  it.each([
    ['default', `export default ${DEFINITION}\nexport const other = ${DEFINITION}`],
    ['only', `export const mine = ${DEFINITION}\nexport const version = 2`],
  ])('is the %s export', async (name, module) => {
    const { definition, solver } = await importTask(ownTask(name, module))
    expect(definition.terms).toEqual({ a: 'one' })
    expect(solver).toBeUndefined()
  })

  it('may bring its solver', async () => {
    const module = `export default ${DEFINITION}\nexport const solver = () => 7`
    const { solver } = await importTask(ownTask('solved', module))
    expect(solver!(undefined as never)).toBe(7)
  })

  it.each([
    ['missing', undefined, 'CONFIG_FILE_MISSING', /expected its module at .*missing\.mjs/],
    ['throwing', 'throw new TypeError("oh no")', 'SIM_TASK_INVALID', /TypeError: oh no/],
    ['broken', 'export default {', 'SIM_TASK_INVALID', /broken\.mjs cannot be imported/],
    ['nothing', '', 'SIM_TASK_INVALID', /found nothing/],
    ['half', 'export default { terms: {} }', 'SIM_TASK_INVALID', /found default/],
    [
      'two',
      `export const a = ${DEFINITION}\nexport const b = ${DEFINITION}`,
      'SIM_TASK_INVALID',
      /as the default export of .*, found a, b/,
    ],
    [
      'unsolved',
      `export default ${DEFINITION}\nexport const solver = 3`,
      'SIM_TASK_INVALID',
      /`solver` .* a function/,
    ],
  ])('is refused when it is %s', async (name, module, code, message) => {
    await expect(importTask(ownTask(name, module))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      hint: expect.any(String) as string,
    })
  })

  it('has a module or a kind, never both or none', () => {
    const write = (line: string) => {
      const yaml = join(folder, 'both.yaml')
      writeFileSync(yaml, text.replace(/^kind: .*$/m, line))
      return yaml
    }
    const invalid = expect.objectContaining({ code: 'CONFIG_INVALID' })
    expect(() => loadTask(write('kind: reach\nmodule: ./a.js'))).toThrow(invalid)
    expect(() => loadTask(write(''))).toThrow(invalid)
  })
})

describe('a task of a built-in kind', () => {
  it('needs no module', async () => {
    const task = loadTask('reach')
    expect(task.module).toBeUndefined()
    expect((await importTask(task)).definition).toBe(reach)
  })
})
