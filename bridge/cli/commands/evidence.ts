import { availableParallelism } from 'node:os'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseInteger } from '../option-values.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm evidence --quick --out evidence',
    'sim2arm evidence results',
    'sim2arm evidence exams memory',
  ],
  arguments: [
    { name: '[configs...]', description: 'names in configs/evidence, or files (default: all)' },
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

async function run({ args, options, out, signal }: CommandContext): Promise<CommandOutcome> {
  const [{ readFileSync }, { join }] = await Promise.all([import('node:fs'), import('node:path')])
  const { listConfigs, loadConfig, packageVersion } = await import(
    '../../../configs/load/load.node.ts'
  )
  const { listZoo, policyPath } = await import('../../../policy/file/policy-file.node.ts')
  const { evidenceSchema } = await import('../../evidence/evidence.schema.ts')
  const { evidenceJobs, openJobs } = await import('../../evidence/evidence.ts')
  const { evidenceBars, evidenceTable } = await import('../../evidence/evidence-table.ts')
  const { runEvidence } = await import('../../evidence/run-evidence.node.ts')
  const zoo = listZoo()
  const outDir = options['out'] as string
  const setting = {
    isQuick: options['quick'] === true,
    version: packageVersion(),
    runsDir: join(outDir, 'runs'),
    readPolicy: (name: string) => (zoo.includes(name) ? readFileSync(policyPath(name)) : undefined),
  }
  const named = [...new Set(args[0] as string[])]
  const sections = (named.length > 0 ? named : listConfigs('evidence'))
    .map((title) => ({ title, config: loadConfig('evidence', title, evidenceSchema) }))
    // What takes long comes last.
    .sort((a, b) => a.config.trainings.length - b.config.trainings.length)
    .map(({ title, config }) => ({ title, jobs: evidenceJobs(config, setting) }))
  const jobs = sections.flatMap((section) => section.jobs)
  const entries = await runEvidence({
    sections,
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
      asked: evidenceBars(sections, entries),
      entries: jobs.map(({ key }) => entries.findLast((entry) => entry.key === key)),
    },
    summary: evidenceTable(sections, entries),
    exitCode: failed.length === 0 ? 0 : 1,
  }
}
