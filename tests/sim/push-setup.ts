import { loadConfig } from '../../configs/load/load.node.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import type { Randomization } from '../../sim/randomization/randomization.schema.ts'
import type { PushOnArm, PushParameter } from '../../sim/tasks/push.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import { type TaskConfig, taskSchema } from '../../sim/tasks/task.schema.ts'

export const so101: ArmDescription = loadArmDescription('so101')
export const model: ArmModel = compileArm(so101)
export const task: TaskConfig = loadConfig('tasks', 'push', taskSchema)
export const onArm: PushOnArm = taskOnArm<PushParameter>(task, 'so101')

export function randomization(name: string): Randomization {
  return loadRandomization(name)
}

/** Rules for an SO-101 alone. */
export function rulesOfSo101(rules: Randomization['arms'][string]): Randomization {
  const about = { version: 1 as const, name: 'test', source: 'test' }
  return { ...about, without: [], arms: { so101: rules }, tasks: {} }
}
