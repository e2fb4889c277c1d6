import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { examineMachine, type Finding } from '../machine-findings.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm doctor',
    'sim2arm doctor --port /dev/ttyACM0 --arm so101',
    'sim2arm doctor --setup tensorflow',
  ],
  arguments: [],
  options: [
    {
      flags: '--setup <part>',
      description: 'add an optional part: tensorflow, the training backend (some minutes, 300 MB)',
      choices: ['tensorflow'],
    },
    { flags: '--port <device>', description: 'also look at the supply of the arm there' },
    { flags: '--arm <name>', description: 'which arm it is', defaultValue: 'so101' },
  ],
  async run({ out, options, signal }: CommandContext): Promise<CommandOutcome> {
    const { loadArmDescription } = await import('../../../robot/model/load-arm.node.ts')
    const arm = loadArmDescription(options['arm'] as string)
    if (options['setup'] === 'tensorflow') {
      const { setUpTensorflow } = await import('../setup-tensorflow.ts')
      await setUpTensorflow((line) => out.line(line), signal)
    }
    const findings: Finding[] = []
    const tell = (finding: Finding): void => {
      findings.push(finding)
      out.event({ type: 'finding', ...finding })
      out.line(describe(finding))
    }
    // First what the machine has: it may be why the port does not open.
    for (const finding of examineMachine()) tell(finding)
    const port = options['port'] as string | undefined
    if (port !== undefined) {
      const { measureSupply, supplyFinding } = await import('../supply-finding.ts')
      tell(supplyFinding(arm, await measureSupply(arm, port, signal)))
    }
    const missing = findings.filter(({ status }) => status === 'missing')
    const optional = findings.filter(({ status }) => status === 'absent').map(({ name }) => name)
    const isReady = missing.length === 0
    return {
      result: { ready: isReady, missing: missing.map(({ name }) => name), optional, findings },
      summary: isReady
        ? 'Ready: everything the main job needs is here.'
        : `Not ready: ${missing.map(({ name }) => name).join(', ')}.`,
      exitCode: isReady ? 0 : 1,
    }
  },
}

function describe({ status, name, found, hint }: Finding): string {
  const mark = { present: '✓', absent: '·', missing: '✗' }[status]
  return `${mark} ${name.padEnd(22)} ${found}${hint === undefined ? '' : ` (${hint})`}`
}
