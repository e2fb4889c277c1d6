import { loadConfig } from '../../configs/load/load.node.ts'
import { describeArm } from '../../policy/file/describe-arm.ts'
import { writePolicyFile } from '../../policy/file/policy-file.ts'
import { servoRegisters } from '../../policy/learning/policy-facts.ts'
import { type ControlSpec, createControlSpec, observationSize } from '../../robot/io/spec.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../sim/tasks/task.schema.ts'
import { randomParameters } from '../policy/file/policy-fixture.ts'

/**
 * A policy file for pushing with an arm, with untrained weights of a small network.
 * @param registers - of servos that it was trained for, where they are not those of the arm
 */
export function smallPolicy(
  armName: string,
  change: (spec: ControlSpec) => ControlSpec = (spec) => spec,
  registers: Readonly<Record<string, Record<string, number>>> = {},
): Uint8Array {
  const arm = loadArmDescription(armName)
  const model = compileArm(arm)
  const task = loadConfig('tasks', 'push', taskSchema)
  const control = change(createControlSpec(model, taskOnArm(task, arm.name).control))
  const shape = { embed: 8, hidden: 12, head: 6, action: 3, observation: observationSize(control) }
  return writePolicyFile({
    parameters: randomParameters(shape),
    metadata: {
      arm: {
        name: arm.name,
        servoRegisters: { ...servoRegisters(arm), ...registers },
        model: describeArm(model),
      },
      task: task.name,
      control,
      training: {},
      seed: 1,
      commit: 'unknown',
      evaluation: {},
    },
  })
}
