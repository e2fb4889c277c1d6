import { describe, expect, it } from 'vitest'
import { runCommandLine } from '../../../bridge/cli/command-line.ts'
import { commands } from '../../../bridge/cli/commands/index.ts'

/** The exit code of a command line that fails, and its error. */
async function failure(...argv: string[]) {
  let out = ''
  const exitCode = await runCommandLine([...argv, '--json'], {
    commands,
    version: '1.2.3',
    signal: new AbortController().signal,
    writeOut: (text) => {
      out += text
    },
    writeErr: () => {},
    isTerminal: false,
    columns: 80,
    now: () => 0,
  })
  const last = JSON.parse(out.trim().split('\n').at(-1)!) as {
    error: { code: string; message: string; hint: string }
  }
  return { exitCode, ...last.error }
}

describe('view --sample', () => {
  it.each([
    [['--sample', 'wied'], 'CONFIG_UNKNOWN_NAME', 'wide'],
    [['--sample', 'no/such/file.yaml'], 'CONFIG_FILE_MISSING', 'path'],
    [['--sample', 'wide', '--task', 'pusch'], 'CONFIG_UNKNOWN_NAME', 'push'],
    [['--sample', 'wide', '--arm', 'pander'], 'CONFIG_UNKNOWN_NAME', 'panda'],
    [['--sample', 'wide', '--task', 'slide'], 'CONFIG_UNKNOWN_NAME', 'panda'],
    [['--sample', 'wide', '--count', '65'], 'BRIDGE_USAGE', '--help'],
    [['--sample', 'wide', '--count', '0'], 'BRIDGE_USAGE', '--help'],
  ])('names what is wrong with %j and what would be right', async (argv, code, hint) => {
    const error = await failure('view', ...argv)
    expect(error).toMatchObject({ exitCode: 2, code })
    expect(error.hint).toContain(hint)
  })

  it.each(['task', 'actor', 'count'])('is what --%s needs', async (option) => {
    const error = await failure('view', `--${option}`, '3')
    expect(error).toMatchObject({ exitCode: 2, code: 'BRIDGE_USAGE' })
    expect(error.hint).toContain('--sample')
  })
})
