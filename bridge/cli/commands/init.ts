import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'

export const command: CommandDefinition = {
  examples: ['sim2arm init my-project'],
  arguments: [{ name: '<dir>', description: 'a folder that is empty or does not exist yet' }],
  options: [],
  run,
}

/** A project of one's own: a task, an arm by URDF, a training config, and what to do with them. */
async function run({ args, out }: CommandContext): Promise<CommandOutcome> {
  const { createProject } = await import('../../init/create-project.node.ts')
  const { folder, files, needsInstall } = createProject(args[0] as string)
  for (const file of files) out.line(`  ${file}`)
  const next = [
    `cd ${folder}`,
    ...(needsInstall ? ['npm install'] : []),
    'npx sim2arm eval scripted --task clear.yaml --arm my-arm.yaml --randomization draws.yaml --episodes 64',
    'npx sim2arm train train.yaml --out runs/clear',
  ]
  return {
    result: { folder, files, next },
    summary: `A project is in ${folder}. Next:\n${next.map((line) => `  ${line}`).join('\n')}`,
  }
}
