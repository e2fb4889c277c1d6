import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'

export const command: CommandDefinition = {
  example: 'sim2arm export so101 --format urdf --out so101.urdf',
  arguments: [{ name: '<what>', description: 'an arm: its name, or its file' }],
  options: [
    {
      flags: '--format <name>',
      description: 'of the file',
      choices: ['urdf'],
      defaultValue: 'urdf',
    },
    { flags: '--out <path>', description: 'the file to write (default: <arm>.urdf)' },
  ],
  async run({ args, options, out }: CommandContext): Promise<CommandOutcome> {
    const [{ writeFileSync }, { onDisk }, { loadArmDescription }, { writeUrdf }] =
      await Promise.all([
        import('node:fs'),
        import('../../../configs/load/disk-error.ts'),
        import('../../../robot/model/load-arm.node.ts'),
        import('../../../robot/model/urdf/write-urdf.ts'),
      ])
    const arm = loadArmDescription(args[0] as string)
    const path = (options['out'] as string | undefined) ?? `${arm.name}.urdf`
    const numHulls = arm.shapes.filter(({ kind }) => kind === 'hull').length
    if (numHulls > 0) out.line(`${numHulls} mesh hulls are left out: URDF cannot hold points`)
    onDisk(`cannot write ${path}`, () => writeFileSync(path, writeUrdf(arm)))
    return {
      result: { arm: arm.name, format: 'urdf', path },
      summary: `Wrote ${arm.title} to ${path}.`,
    }
  },
}
