import { describe, expect, it } from 'vitest'
import { runInProcess } from './run-in-process.ts'

/** The exit code of a command line that fails, and its error. */
async function failure(...argv: string[]) {
  const { exitCode, out } = await runInProcess(...argv, '--json')
  const last = JSON.parse(out.trim().split('\n').at(-1)!) as {
    error: { code: string; message: string; hint: string }
  }
  return { exitCode, ...last.error }
}

it.each(['http://192.168.1.7:8080/', 'rosbridge://127.0.0.1:9090/object/pose'])(
  'says where %s is looked at, instead of taking it for a file',
  async (address) => {
    const error = await failure('view', address)
    expect(error).toMatchObject({ exitCode: 2, code: 'BRIDGE_USAGE' })
    expect(error.message).toContain(address)
    expect(error.hint).toMatch(/browser.*--view 0\.0\.0\.0:8080/)
  },
)

it('proposes only what it shows: policies, nobody else who acts', async () => {
  const error = await failure('view', 'nosuch')
  expect(error).toMatchObject({ exitCode: 2, code: 'CONFIG_UNKNOWN_NAME' })
  expect(error.hint).toContain('push-so101')
  expect(error.hint).not.toMatch(/scripted|teacher|random|still/)
})

it('refuses a folder that holds other things than runs', async () => {
  const error = await failure('view', 'configs')
  expect(error).toMatchObject({ exitCode: 2, code: 'CONFIG_FILE_MISSING' })
  expect(error.hint).toContain('train --out')
})

it.each([[['push-so101']], [['run.mcap']], [[]]])(
  'takes no token to look at %j: nothing is started there',
  async (what) => {
    const error = await failure('view', ...what, '--token', 'secret')
    expect(error).toMatchObject({ exitCode: 2, code: 'BRIDGE_USAGE' })
    expect(error.message).toContain('--token')
  },
)

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
