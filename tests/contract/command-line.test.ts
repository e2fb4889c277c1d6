import { describe, expect, it } from 'vitest'
import { COMMAND_GROUPS } from '../../bridge/cli/command.ts'
import { commands } from '../../bridge/cli/commands/index.ts'
import { parseCommandLine } from '../../bridge/cli/parse-command-line.ts'
import { runInProcess } from '../bridge/cli/run-in-process.ts'
import { shellWords } from '../readme.ts'

const WIDTH = 80

const definitions = await Promise.all(
  Object.entries(commands).map(async ([name, { load }]) => ({ name, definition: await load() })),
)

/** Every option of every command. */
const options = definitions.flatMap(({ name, definition }) =>
  definition.options.map((option) => {
    const [flag, value] = option.flags.split(' ') as [string, string | undefined]
    return { ...option, command: name, flag, value }
  }),
)

/** What the value of an option may be, with its unit where it has one. */
const VALUES: readonly string[] = [
  ...['<N>', '<s>', '<M>', '<rad>', '<bit/s>', '<share>', '<x,y>', '<list>', '<id>'],
  ...['<file>', '<dir>', '<path>', '<log>', '<device>', '<host:port>', '[host:port]', '<address>'],
  ...['<name>', '<policy>', '<servo>', '<randomization>', '<engine>', '<part>', '<where>'],
  ...['<text>', '<goal>', '<path=value>', '<name=uri>', '<name=value@start+seconds>'],
]

/** Options that mean something else in some commands, with all their meanings. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  // A TCP port of the viewer, where there is no servo bus to be meant.
  '--port': ['<device>', '<N>'],
  // What is written is a folder where it is many files.
  '--out': ['<file>', '<dir>', '<path>'],
  // What goes on: the folder of a training run, the rows of a campaign.
  '--resume': ['<dir>', '<file>'],
  // From one id to another; where a recording goes.
  '--to': ['<id>', '<where>'],
}

describe('every command', () => {
  it('stands in one group and one line of sim2arm --help', async () => {
    const { out } = await runInProcess('--help')
    const lines = out.split('\n')
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(WIDTH)
    const headings = lines.filter((line) => line.endsWith(':')).map((line) => line.slice(0, -1))
    expect(headings).toEqual(['Options', ...COMMAND_GROUPS])
    for (const [name, { group, summary }] of Object.entries(commands)) {
      const entries = lines.filter((line) => line.startsWith(`  ${name} `))
      expect(entries, name).toEqual([expect.stringMatching(new RegExp(`^ {2}${name} +\\S`))])
      expect(entries[0]!.endsWith(` ${summary}`), 'wrapped').toBe(true)
      const before = lines.slice(0, lines.indexOf(entries[0]!))
      expect(before.findLast((line) => line.endsWith(':'))).toBe(`${group}:`)
    }
  })

  it.each(definitions)('$name shows its options, what all take, and examples', async (each) => {
    const { name, definition } = each
    const { exitCode, out } = await runInProcess(name, '--help')
    expect(exitCode).toBe(0)
    const common = ['--seed <N>', '--json', '--verbose', '-h, --help']
    const settable = definition.settable === undefined ? [] : ['--set <path=value>']
    for (const flags of [
      ...definition.options.map((option) => option.flags),
      ...common,
      ...settable,
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${flags.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} `, 'm'))
    }
    expect(definition.examples.length).toBeGreaterThan(0)
    expect(out).toContain(`Examples:\n  ${definition.examples.join('\n  ')}\n`)
  })

  it.each(
    definitions.flatMap(({ definition, name }) =>
      definition.examples.map((example) => ({ name, example, definition })),
    ),
  )('has an example that it understands: $example', async ({ name, example, definition }) => {
    const [program, ...argv] = shellWords(example)
    expect([program, argv[0]]).toEqual(['sim2arm', name])
    const silent = { writeOut: () => {}, writeErr: () => {} }
    const invocation = await parseCommandLine(argv, { commands, version: '0.0.0', ...silent })
    expect(invocation?.definition).toBe(definition)
  })

  it.each(Object.keys(commands))('%s tells programs of a mistake, too', async (name) => {
    const { exitCode, out } = await runInProcess(name, '--no-such-option', '--json')
    expect(exitCode).toBe(2)
    const result = JSON.parse(out) as Record<string, unknown>
    expect(result).toMatchObject({ type: 'result', exitCode: 2, error: { code: 'BRIDGE_USAGE' } })
    expect(result['error']).toMatchObject({ message: expect.stringContaining('--no-such-option') })
  })
})

describe('an option', () => {
  it.each([...new Set(options.map(({ flag }) => flag))])('%s means one thing', (flag) => {
    const values = new Set(options.filter((each) => each.flag === flag).map(({ value }) => value))
    const meant = MEANINGS[flag] ?? [...values].slice(0, 1)
    expect([...values].sort()).toEqual([...meant].sort())
  })

  it('has a value whose kind or unit is one of a few', () => {
    for (const { command, flag, value } of options) {
      if (value !== undefined) expect(VALUES, `${command} ${flag} ${value}`).toContain(value)
    }
  })

  it('that is a number refuses what is none, by name', async () => {
    const numbers = options.filter(({ value }) => ['<N>', '<s>', '<M>', '<rad>'].includes(value!))
    expect(numbers.length).toBeGreaterThan(20)
    for (const { command, flag } of numbers) {
      const { exitCode, err } = await runInProcess(command, flag, 'many')
      expect({ exitCode, err }).toEqual({
        exitCode: 2,
        err: expect.stringMatching(
          new RegExp(
            `^BRIDGE_USAGE: ${flag}: expected a (whole )?number.* found "many"\\. Hint: sim2arm ${command} --help\\n$`,
          ),
        ),
      })
    }
  })

  it('is described by what it does, without an end or a list that commander writes', () => {
    for (const { command, flag, description } of options) {
      expect(description, `${command} ${flag}`).toMatch(/^[^A-Z].*[^.]$/s)
      expect(description, `${command} ${flag}`).not.toContain('repeatable')
    }
  })
})
