import { availableParallelism } from 'node:os'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger } from '../option-values.ts'

export const command: CommandDefinition = {
  examples: ['sim2arm evidence --quick --out evidence', 'sim2arm evidence ablation'],
  arguments: [
    { name: '[config]', description: 'a name in configs/evidence or a file (default: results)' },
  ],
  options: [
    { flags: '--quick', description: 'fewer episodes: minutes instead of hours' },
    {
      flags: '--out <dir>',
      description: 'where results are kept; what is there is not run again',
      defaultValue: 'evidence',
    },
    {
      flags: '--jobs <N>',
      description: 'evaluations beside each other; trainings and real time run alone',
      parse: parseInteger(1, 64),
      defaultValue: Math.min(8, availableParallelism()),
    },
  ],
  run,
}

async function run({ args, options, out, signal, set }: CommandContext): Promise<CommandOutcome> {
  const [{ readFileSync }, { join }] = await Promise.all([import('node:fs'), import('node:path')])
  const { loadConfig, packageVersion } = await import('../../../configs/load/load.node.ts')
  const { listZoo, policyPath } = await import('../../../policy/file/policy-file.node.ts')
  const { evidenceSchema } = await import('../../evidence/evidence.schema.ts')
  const { evidenceJobs, openJobs } = await import('../../evidence/evidence.ts')
  const { evidenceTable } = await import('../../evidence/evidence-table.ts')
  const { runEvidence } = await import('../../evidence/run-evidence.node.ts')
  const config = loadConfig('evidence', String(args[0] ?? 'results'), evidenceSchema, { set })
  const zoo = listZoo()
  const outDir = options['out'] as string
  const jobs = evidenceJobs(config, {
    isQuick: options['quick'] === true,
    version: packageVersion(),
    runsDir: join(outDir, 'runs'),
    readPolicy: (name) => (zoo.includes(name) ? readFileSync(policyPath(name)) : undefined),
  })
  const entries = await runEvidence({
    jobs,
    outDir,
    signal,
    atOnce: options['jobs'] as number,
    onJob: ({ name, training }, index, numOpen) => {
      const what = training === undefined ? name : `training ${training.runDir}`
      out.line(`${index + 1}/${numOpen} ${what}`)
    },
    onCutOff: (place) => out.line(`${place} was cut off and counts for nothing`),
  })
  if (signal.aborted) throw signal.reason
  const failed = openJobs(jobs, entries)
  return {
    result: {
      figures: jobs.length,
      failed: failed.map(({ name }) => name),
      out: outDir,
      entries: jobs.map(({ key }) => entries.findLast((entry) => entry.key === key)),
    },
    summary: evidenceTable(jobs, entries),
    exitCode: failed.length === 0 ? 0 : 1,
  }
}
