import { CodedError } from '../../../../configs/load/coded-error.ts'
import { parseConfig } from '../../../../configs/load/parse-config.ts'
import type { PolicyFile } from '../../../../policy/file/policy-file.ts'
import { armSchema } from '../../../../robot/model/arm.schema.ts'
import { taskSchema } from '../../../../sim/tasks/task.schema.ts'
import type { DemoParts } from '../../demo-world.ts'

type Texts = Readonly<Record<string, () => Promise<string>>>

const arms = import.meta.glob<string>('../../../../configs/arms/*.yaml', {
  query: '?raw',
  import: 'default',
})
const tasks = import.meta.glob<string>('../../../../configs/tasks/*.yaml', {
  query: '?raw',
  import: 'default',
})

/** Arm and task that a policy was trained for. Throws CONFIG_UNKNOWN_NAME where one is not shipped. */
export async function demoParts(file: PolicyFile): Promise<DemoParts> {
  const { arm, task } = file.metadata
  const [armText, taskText] = await Promise.all([
    textOf(arms, 'arm', arm.name),
    textOf(tasks, 'task', task),
  ])
  return {
    file,
    arm: parseConfig(armText, armSchema),
    task: parseConfig(taskText, taskSchema),
  }
}

async function textOf(texts: Texts, what: string, name: string): Promise<string> {
  const path = Object.keys(texts).find((each) => each.endsWith(`/${name}.yaml`))
  if (path !== undefined) return texts[path]!()
  throw new CodedError('CONFIG_UNKNOWN_NAME', `the policy's ${what} ${name} is not a shipped one`)
}
