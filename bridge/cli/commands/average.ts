import type { CommandDefinition } from '../command.ts'
import { requiredText } from '../option-values.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm average runs/a --out mean.onnx',
    'sim2arm average runs/a/policy.onnx runs/b/policy.onnx --out mean.onnx',
    'sim2arm average runs/a/checkpoints/0000400.ckpt --out policy.onnx',
  ],
  arguments: [
    {
      name: '<policies...>',
      description:
        'run folders (their last checkpoints), checkpoints (.ckpt) or policies (name or file), of one training',
    },
  ],
  options: [{ flags: '--out <file>', description: 'the policy to write' }],
  async run({ args, options }) {
    const names = args[0] as string[]
    const path = requiredText(options['out'], '--out', 'for example --out mean.onnx')
    const [{ averagePolicies }, { savePolicyFile }, { loadPolicies }] = await Promise.all([
      import('../../../policy/file/average-policies.ts'),
      import('../../../policy/file/policy-file.node.ts'),
      import('../../../policy/learning/checkpoint-policy.node.ts'),
    ])
    const policies = names.flatMap(loadPolicies)
    const mean = averagePolicies(policies)
    savePolicyFile(path, mean)
    const { arm, task } = mean.metadata
    const what =
      policies.length === 1 ? policies[0]!.name : `the mean of ${policies.length} policies`
    return {
      result: { policies: policies.map(({ name }) => name), arm: arm.name, task, path },
      summary: `Wrote ${what}, which does ${task} with ${arm.name}, to ${path}: judge it with eval.`,
    }
  },
}
