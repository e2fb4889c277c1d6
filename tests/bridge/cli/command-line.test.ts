import { describe, expect, it } from 'vitest'
import type {
  CommandContext,
  CommandDefinition,
  CommandOutcome,
} from '../../../bridge/cli/command.ts'
import { runCommandLine } from '../../../bridge/cli/command-line.ts'
import { parseInteger } from '../../../bridge/cli/option-values.ts'
import { CodedError } from '../../../configs/load/coded-error.ts'

type Run = (context: CommandContext) => Promise<CommandOutcome>

const done: Run = async () => ({ result: {} })

function definition(run: Run): CommandDefinition {
  return {
    examples: ['sim2arm work here --times 2', 'sim2arm work --tool saw'],
    arguments: [{ name: '[place]', description: 'where' }],
    options: [
      {
        flags: '--times <N>',
        description: 'how often',
        parse: parseInteger(1, 9),
        defaultValue: 1,
      },
      { flags: '--tool <name>', description: 'with what', choices: ['hammer', 'saw'] },
      { flags: '--fault <name=value>', description: 'what breaks', isRepeatable: true },
    ],
    settable: 'the work',
    run,
  }
}

/** Runs a command line with one command, `work`, and another that must not be loaded. */
async function runLine(argv: readonly string[], run: Run = done, signal = neverAborted()) {
  const written = { out: '', err: '', numLoads: 0 }
  const exitCode = await runCommandLine(argv, {
    commands: {
      work: { group: 'Judge', summary: 'do the work', load: async () => definition(run) },
      other: {
        group: 'Project and machine',
        summary: 'something else',
        load: async () => {
          written.numLoads++
          return { ...definition(run), arguments: [{ name: '<place>', description: 'where' }] }
        },
      },
    },
    version: '1.2.3',
    signal,
    writeOut: (text) => {
      written.out += text
    },
    writeErr: (text) => {
      written.err += text
    },
    isTerminal: false,
    columns: 80,
    now: () => 0,
  })
  return { exitCode, ...written }
}

const neverAborted = () => new AbortController().signal
const lastJson = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '') as unknown

describe('the command line', () => {
  it('hands arguments and options to the command', async () => {
    let seen: CommandContext | undefined
    const argv = [
      'work',
      'here',
      '--times',
      '2',
      '--fault',
      'a=1',
      '--fault',
      'b=2',
      '--tool',
      'saw',
    ]
    await runLine([...argv, '--seed', '7', '--set', 'x.y=1', '--set', 'z=2'], async (context) => {
      seen = context
      return { result: {} }
    })
    expect(seen?.args).toEqual(['here'])
    expect(seen?.options).toMatchObject({ times: 2, fault: ['a=1', 'b=2'], tool: 'saw' })
    expect(seen?.seed).toBe(7)
    expect(seen?.set).toEqual(['x.y=1', 'z=2'])
  })

  it('starts with defaults and empty lists', async () => {
    let seen: CommandContext | undefined
    await runLine(['work'], async (context) => {
      seen = context
      return { result: {} }
    })
    expect(seen?.args).toEqual([undefined])
    expect(seen?.options).toMatchObject({ times: 1, fault: [] })
    expect(seen?.seed).toBeUndefined()
    expect(seen?.set).toEqual([])
  })

  it('loads only the command that was named', async () => {
    expect((await runLine(['work'])).numLoads).toBe(0)
    expect((await runLine(['--help'])).numLoads).toBe(0)
  })

  it('lists the commands in --help, and shows an example in the help of one', async () => {
    const all = await runLine(['--help'])
    expect(all.exitCode).toBe(0)
    expect(all.out).toMatch(/Judge:\n +work .*do the work\n\nProject and machine:\n +other/)
    const one = await runLine(['work', '--help'])
    expect(one.exitCode).toBe(0)
    expect(one.out).toMatch(
      /Examples:\n {2}sim2arm work here --times 2\n {2}sim2arm work --tool saw\n$/,
    )
    expect(one.out).toMatch(/--fault <name=value> +what breaks \(repeatable\)\n/)
    expect((await runLine(['help', 'work'])).out).toBe(one.out)
    expect((await runLine(['help'])).out).toBe(all.out)
  })

  it('prints the version', async () => {
    expect(await runLine(['--version'])).toMatchObject({ exitCode: 0, out: '1.2.3\n' })
  })

  it('ends as wrong usage without a command', async () => {
    const { exitCode, out, err } = await runLine([])
    expect(exitCode).toBe(2)
    expect(out + err).toContain('Usage: sim2arm')
  })

  it.each([
    [['wrok'], 'BRIDGE_USAGE: there is no command "wrok". Hint: did you mean work?\n'],
    [['help', 'wrok'], 'BRIDGE_USAGE: there is no command "wrok". Hint: did you mean work?\n'],
    [['nothing-like-it', '--help'], 'Hint: sim2arm --help lists them\n'],
    [
      ['work', '--tims', '2'],
      "BRIDGE_USAGE: unknown option '--tims'. Hint: did you mean --times?\n",
    ],
    [['--tims'], "BRIDGE_USAGE: unknown option '--tims'. Hint: sim2arm --help\n"],
    [['work', '--times'], "option '--times <N>' argument missing. Hint: sim2arm work --help\n"],
    [
      ['work', '--times', '0'],
      '--times: expected a whole number from 1 to 9, found "0". Hint: sim2arm work --help\n',
    ],
    [['work', '--times', '2.5'], '--times: expected a whole number from 1 to 9, found "2.5"'],
    [['work', '--tool', 'axe'], '--tool: no "axe". Hint: valid: hammer, saw\n'],
    [['work', '--tool', 'sew'], '--tool: no "sew". Hint: did you mean saw? valid: hammer, saw\n'],
    [['work', 'a', 'b'], 'too many arguments'],
    [['other'], 'expected <place>, where. Hint: for example sim2arm work here --times 2\n'],
    [['work', '--seed', '-1'], '--seed: expected a whole number from 0 to 4294967295'],
  ])('refuses %j in one line with exit code 2', async (argv, message) => {
    const { exitCode, out, err } = await runLine(argv)
    expect(exitCode).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err.split('\n')).toHaveLength(2)
  })

  it('writes only JSON lines to stdout with --json, the last one the result', async () => {
    const { out, err, exitCode } = await runLine(['work', '--json'], async (context) => {
      context.out.event({ type: 'step', timeS: 0.5 })
      context.out.line('half way')
      return {
        result: { distanceM: Number.NaN, anglesRad: new Float64Array([1, 2]) },
        summary: 'ok',
      }
    })
    expect(exitCode).toBe(0)
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { type: 'step', timeS: 0.5 },
      { type: 'result', distanceM: null, anglesRad: [1, 2] },
    ])
    expect(err).toBe('half way\n')
  })

  it('writes for people without --json', async () => {
    const { out } = await runLine(['work'], async (context) => {
      context.out.event({ type: 'step' })
      context.out.line('half way')
      return { result: {}, summary: 'done' }
    })
    expect(out).toBe('half way\ndone\n')
  })

  it('passes on that the thing asked for did not hold', async () => {
    expect((await runLine(['work'], async () => ({ result: {}, exitCode: 1 }))).exitCode).toBe(1)
  })

  it('shows an error as one line, with the exit code of its kind', async () => {
    const fail: Run = async () => {
      throw new CodedError('ROBOT_SERVO_SILENT', 'servo 3 gave no reply', { hint: 'check power' })
    }
    const { exitCode, err } = await runLine(['work'], fail)
    expect(exitCode).toBe(3)
    expect(err).toBe('ROBOT_SERVO_SILENT: servo 3 gave no reply. Hint: check power\n')
    const json = await runLine(['work', '--json'], fail)
    expect(lastJson(json.out)).toMatchObject({
      type: 'result',
      exitCode: 3,
      error: { code: 'ROBOT_SERVO_SILENT' },
    })
  })

  it('shows stack traces, causes too, only with --verbose', async () => {
    const fail: Run = async () => {
      throw new Error('outer', { cause: new Error('inner') })
    }
    const quiet = await runLine(['work'], fail)
    expect(quiet.exitCode).toBe(1)
    expect(quiet.err).toMatch(/^BRIDGE_INTERNAL: outer\. Hint: .*\n$/)
    const verbose = await runLine(['work', '--verbose'], fail)
    expect(verbose.err).toContain('caused by: Error: inner')
  })

  it('ends with 130 after an interruption, whether the command returns or throws', async () => {
    const interruption = new AbortController()
    const returns: Run = async () => {
      interruption.abort()
      return { result: { steps: 4 } }
    }
    const returned = await runLine(['work', '--json'], returns, interruption.signal)
    expect(returned.exitCode).toBe(130)
    expect(lastJson(returned.out)).toEqual({ type: 'result', steps: 4 })
    const thrown = await runLine(
      ['work'],
      async ({ signal }) => {
        signal.throwIfAborted()
        return { result: {} }
      },
      interruption.signal,
    )
    expect(thrown.exitCode).toBe(130)
    expect(thrown.err).toMatch(/^BRIDGE_INTERRUPTED: /)
  })

  it('keeps an error of another kind after an interruption', async () => {
    const { exitCode } = await runLine(
      ['work'],
      async () => {
        throw new CodedError('ROBOT_PORT_LOST', 'the port is gone')
      },
      AbortSignal.abort(),
    )
    expect(exitCode).toBe(3)
  })
})
