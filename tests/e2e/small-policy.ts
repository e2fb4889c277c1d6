import { loadConfig } from '../../configs/load/load.node.ts'
import { describeArm } from '../../policy/file/describe-arm.ts'
import { writePolicyFile } from '../../policy/file/policy-file.ts'
import { servoRegisters } from '../../policy/learning/policy-facts.ts'
import { type ActorShape, actorShape } from '../../policy/networks/actor-parameters.ts'
import { type ControlSpec, createControlSpec, observationSize } from '../../robot/io/spec.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../sim/tasks/task.schema.ts'
import { randomParameters } from '../policy/file/policy-fixture.ts'

export interface SmallPolicyOptions {
  /** What it says of itself, where that is not how the arm pushes. */
  readonly change?: (spec: ControlSpec) => ControlSpec
  /** Of servos that it was trained for, where they are not those of the arm. */
  readonly registers?: Readonly<Record<string, Record<string, number>>>
  /** What it remembers with, where that is no LSTM. */
  readonly memory?: Pick<ActorShape, 'memory' | 'frames'>
  /** Name of the task that it was trained on, where that is not the shipped one. */
  readonly taskName?: string
}

/** A policy file for pushing with an arm, with untrained weights of a small network. */
export function smallPolicy(armName: string, options: SmallPolicyOptions = {}): Uint8Array {
  const { change = (spec) => spec, memory = {}, registers = {}, taskName = 'push' } = options
  const arm = loadArmDescription(armName)
  const model = compileArm(arm)
  const task = loadConfig('tasks', 'push', taskSchema)
  const control = change(createControlSpec(model, taskOnArm(task, arm.name).control))
  const network = { embed: 8, hidden: 12, head: 6, ...memory }
  const shape = actorShape(network, { action: 3, observation: observationSize(control) })
  return writePolicyFile({
    parameters: randomParameters(shape),
    metadata: {
      arm: {
        name: arm.name,
        servoRegisters: { ...servoRegisters(arm), ...registers },
        model: describeArm(model),
      },
      task: taskName,
      control,
      training: {},
      seed: 1,
      commit: 'unknown',
      evaluation: {},
    },
  })
}
