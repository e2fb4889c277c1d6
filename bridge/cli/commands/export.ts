import { CodedError } from '../../../configs/load/coded-error.ts'
import { UNITS, type Units } from '../../lerobot/motor-units.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger, requiredText } from '../option-values.ts'

const FORMATS = ['urdf', 'lerobot', 'onnx'] as const
type Format = (typeof FORMATS)[number]

/** Options that only a dataset has. */
const DATASET_OPTIONS = ['fps', 'units', 'instruction']

export const command: CommandDefinition = {
  examples: [
    'sim2arm export run.mcap --format lerobot --out datasets/push',
    'sim2arm export so101 --format urdf --out so101.urdf',
    'sim2arm export push-so101 --format onnx --out push.onnx',
  ],
  arguments: [
    {
      name: '<what...>',
      description: 'an arm or a policy (name or file), or recordings of one arm (MCAP)',
    },
  ],
  options: [
    {
      flags: '--format <name>',
      description:
        'urdf of an arm, lerobot (LeRobotDataset v3) of recordings, onnx: a policy’s file as it is',
      choices: FORMATS,
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
  async run(context) {
    const what = context.args[0] as string[]
    const { isDataset } = await import('../../lerobot/is-dataset.node.ts')
    const dataset = what.find(isDataset)
    if (dataset !== undefined) {
      throw new CodedError('BRIDGE_USAGE', `${dataset} is a LeRobotDataset already`, {
        hint: 'replay, identify and train --demonstrations take it as it is',
      })
    }
    const format = (context.options['format'] as Format | undefined) ?? formatOf(what[0]!)
    if (format === 'lerobot') return exportDataset(context, what)
    const stray = DATASET_OPTIONS.find((name) => context.options[name] !== undefined)
    if (stray !== undefined || what.length > 1) {
      const found = stray === undefined ? `${what.length} things` : `--${stray}`
      const message = `one arm or policy is written as one file, without frames: found ${found}`
      throw new CodedError('BRIDGE_USAGE', message, {
        hint: 'add --format lerobot for recordings',
      })
    }
    return format === 'urdf' ? exportUrdf(context, what[0]!) : exportPolicy(context, what[0]!)
  },
}

/** What each kind of thing is written as where nobody says otherwise. */
function formatOf(what: string): Format {
  if (what.endsWith('.mcap')) return 'lerobot'
  return what.endsWith('.onnx') ? 'onnx' : 'urdf'
}

/** Policy files are plain ONNX: what is written is what was read, once it is known to be one. */
async function exportPolicy({ options }: CommandContext, name: string): Promise<CommandOutcome> {
  const [{ readFileSync }, { writeAtomically }, { loadPolicyFile, policyPath }] = await Promise.all(
    [
      import('node:fs'),
      import('../../../configs/load/write-atomically.node.ts'),
      import('../../../policy/file/policy-file.node.ts'),
    ],
  )
  const { arm, task } = loadPolicyFile(name).metadata
  const path = requiredText(options['out'], '--out', 'for example --out push.onnx')
  writeAtomically(path, readFileSync(policyPath(name)))
  return {
    result: { policy: name, arm: arm.name, task, format: 'onnx', path },
    summary: `Wrote ${name}, which does ${task} with ${arm.name}, to ${path}.`,
  }
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
    summary: `Wrote ${episodes} ${episodes === 1 ? 'episode' : 'episodes'}, ${frames} frames at ${fps} Hz, in ${units}, to ${folder}.`,
  }
}

async function exportUrdf({ options, out }: CommandContext, what: string): Promise<CommandOutcome> {
  const [{ writeAtomically }, { loadArmDescription }, { writeUrdf }] = await Promise.all([
    import('../../../configs/load/write-atomically.node.ts'),
    import('../../../robot/model/load-arm.node.ts'),
    import('../../../robot/model/urdf/write-urdf.ts'),
  ])
  const arm = loadArmDescription(what)
  const path = (options['out'] as string | undefined) ?? `${arm.name}.urdf`
  const numHulls = arm.shapes.filter(({ kind }) => kind === 'hull').length
  if (numHulls > 0) out.line(`${numHulls} mesh hulls are left out: URDF cannot hold points`)
  writeAtomically(path, writeUrdf(arm))
  return {
    result: { arm: arm.name, format: 'urdf', path },
    summary: `Wrote ${arm.title} to ${path}.`,
  }
}
