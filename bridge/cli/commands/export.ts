import { CodedError } from '../../../configs/load/coded-error.ts'
import { UNITS, type Units } from '../../lerobot/motor-units.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger, requiredText } from '../option-values.ts'

/** Options that only a dataset has. */
const DATASET_OPTIONS = ['fps', 'units', 'instruction']

export const command: CommandDefinition = {
  examples: [
    'sim2arm export run.mcap --format lerobot --out datasets/push',
    'sim2arm export so101 --format urdf --out so101.urdf',
  ],
  arguments: [
    { name: '<what...>', description: 'an arm (name or file), or recordings of one arm (MCAP)' },
  ],
  options: [
    {
      flags: '--format <name>',
      description: 'urdf of an arm, lerobot (LeRobotDataset v3) of recordings',
      choices: ['urdf', 'lerobot'],
    },
    { flags: '--out <path>', description: 'what to write: a file, or the folder of a dataset' },
    {
      flags: '--fps <N>',
      description: 'frames a second (default: the policy’s rate, or 30)',
      parse: parseInteger(1, 200),
    },
    {
      flags: '--units <name>',
      description: 'degrees, range (-100..100) or radians (default: as LeRobot writes this arm)',
      choices: [...UNITS],
    },
    { flags: '--instruction <text>', description: 'the task in words (default: its name)' },
  ],
  run(context) {
    const what = context.args[0] as string[]
    const isRecording = what[0]!.endsWith('.mcap')
    const format = context.options['format'] ?? (isRecording ? 'lerobot' : 'urdf')
    return format === 'lerobot' ? exportDataset(context, what) : exportUrdf(context, what)
  },
}

async function exportDataset(
  { options, out }: CommandContext,
  files: readonly string[],
): Promise<CommandOutcome> {
  const { exportRecordings } = await import('../../lerobot/export-recordings.node.ts')
  const folder = requiredText(options['out'], '--out', 'for example --out datasets/push')
  const report = exportRecordings(files, folder, {
    fps: options['fps'] as number | undefined,
    units: options['units'] as Units | undefined,
    instruction: options['instruction'] as string | undefined,
  })
  for (const file of report.incomplete) out.line(`${file} breaks off: what is whole is in`)
  const { episodes, fps, frames, units } = report
  return {
    result: { format: 'lerobot', path: folder, ...report },
    summary: `Wrote ${episodes} episodes, ${frames} frames at ${fps} Hz, in ${units}, to ${folder}.`,
  }
}

async function exportUrdf(
  { options, out }: CommandContext,
  what: readonly string[],
): Promise<CommandOutcome> {
  const stray = DATASET_OPTIONS.find((name) => options[name] !== undefined)
  if (stray !== undefined || what.length > 1) {
    const found = stray === undefined ? `${what.length} arms` : `--${stray}`
    throw new CodedError('BRIDGE_USAGE', `a URDF is of one arm and has no frames: found ${found}`, {
      hint: 'add --format lerobot for recordings',
    })
  }
  const [{ writeFileSync }, { onDisk }, { loadArmDescription }, { writeUrdf }] = await Promise.all([
    import('node:fs'),
    import('../../../configs/load/disk-error.ts'),
    import('../../../robot/model/load-arm.node.ts'),
    import('../../../robot/model/urdf/write-urdf.ts'),
  ])
  const arm = loadArmDescription(what[0]!)
  const path = (options['out'] as string | undefined) ?? `${arm.name}.urdf`
  const numHulls = arm.shapes.filter(({ kind }) => kind === 'hull').length
  if (numHulls > 0) out.line(`${numHulls} mesh hulls are left out: URDF cannot hold points`)
  onDisk(`cannot write ${path}`, () => writeFileSync(path, writeUrdf(arm)))
  return {
    result: { arm: arm.name, format: 'urdf', path },
    summary: `Wrote ${arm.title} to ${path}.`,
  }
}
