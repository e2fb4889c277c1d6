import { describe, expect, it } from 'vitest'
import { commands } from '../../../bridge/cli/commands/index.ts'
import { runInProcess } from './run-in-process.ts'

/** What each command that has a config needs before it reads that config. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  train: ['push-so101', '--minutes', '0.01'],
  eval: ['still', '--world', 'twin', '--episodes', '1'],
  deploy: ['still', '--port', '/dev/null'],
  twin: ['so101'],
  record: ['--excite', '--port', '/dev/null', '--out', '/dev/null'],
  jog: ['--port', '/dev/null'],
  teleop: ['--port', '/dev/null'],
  replay: ['none.mcap', '--to', 'arm', '--port', '/dev/null'],
  identify: ['tests/golden/servo-logs/xl330', '--score', 'xl330'],
}

const definitions = await Promise.all(
  Object.entries(commands).map(async ([name, { load }]) => ({ name, definition: await load() })),
)

describe('--set', () => {
  it.each(definitions)('of $name with an unknown name is refused', async ({ name, definition }) => {
    const hasConfig = definition.settable !== undefined
    if (hasConfig) expect(READERS[name], 'what it needs stands above').toBeDefined()
    // Arguments that a command without a config needs: it must refuse before it looks at them.
    const needed = definition.arguments.filter((each) => each.name.startsWith('<')).map(() => 'x')
    const argv = [name, ...(READERS[name] ?? needed), '--set', 'nonsense=1']
    const { err, exitCode } = await runInProcess(...argv)
    expect(err).toMatch(/^CONFIG_SET_INVALID: .*nonsense.*\. Hint: .+\n$/)
    expect(exitCode).toBe(2)
  })

  it('is refused where the world that is chosen reads no config', async () => {
    const { err, exitCode } = await runInProcess(
      'eval',
      'still',
      '--set',
      'softStart.speedRadPerS=1',
    )
    expect(err).toMatch(/^CONFIG_SET_INVALID: .*--world rapier/)
    expect(exitCode).toBe(2)
  })
})
