import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
export const BIN = join(ROOT, 'bridge', 'sim2arm.js')

/** Slow machines are no fault; whatever takes longer than this hangs. */
const PATIENCE_MS = 100_000

export type JsonLine = { readonly type: string } & Readonly<Record<string, unknown>>

/** A run of the built command line, under way or over. */
export interface Program {
  readonly child: ChildProcess
  /** What it wrote so far. */
  readonly stdout: string
  readonly stderr: string
  /** JSON lines on stdout so far. */
  readonly events: readonly JsonLine[]
  /** Exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** The first line on stdout or stderr that matches; rejects when the program ends without. */
  line(pattern: RegExp): Promise<string>
  /** The first JSON line of a type. */
  event(type: string): Promise<JsonLine>
}

const programs = new Set<Program>()

/** Starts the program by itself, its input closed. Ended by `endPrograms` at the latest. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Program {
  return watch(spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env }))
}

/** Follows a program that was started in some other way, its output piped. */
export function watch(child: ChildProcess): Program {
  const lines: string[] = []
  const texts = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.on('data', (bytes: Buffer) => {
      texts[name] += bytes.toString()
    })
    createInterface({ input: child[name]! }).on('line', (line) => {
      lines.push(line)
      for (const look of watchers) look()
    })
  }
  let isOver = false
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true
      programs.delete(program)
      for (const look of watchers) look()
      resolve(code)
    })
  })
  const program: Program = {
    child,
    get stdout() {
      return texts.stdout
    },
    get stderr() {
      return texts.stderr
    },
    get events() {
      return lines
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as JsonLine)
    },
    ended,
    line(pattern) {
      return new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          watchers.delete(look)
          clearTimeout(timer)
          act()
        }
        const give = (why: string) =>
          reject(new Error(`${why} without ${pattern}: ${texts.stdout}${texts.stderr}`))
        const look = () => {
          const found = lines.find((line) => pattern.test(line))
          if (found !== undefined) settle(() => resolve(found))
          else if (isOver) settle(() => give('ended'))
        }
        const timer = setTimeout(() => settle(() => give('runs on')), PATIENCE_MS)
        watchers.add(look)
        look()
      })
    },
    async event(type) {
      return JSON.parse(await program.line(new RegExp(`^{"type":"${type}"`))) as JsonLine
    },
  }
  programs.add(program)
  return program
}

/** Runs to the end. */
export async function run(...args: string[]): Promise<Program> {
  const program = start(args)
  await program.ended
  return program
}

/** Kills what a test left running. */
export async function endPrograms(): Promise<void> {
  for (const { child, ended } of [...programs]) {
    child.kill('SIGKILL')
    await ended
  }
}

/**
 * The program ended as a failure has to: the exit code, `CODE: message. Hint: …` as its last words, no
 * other error and no stack; with `--json` the same on the last line of stdout.
 */
export async function expectFailure(
  program: Program,
  exitCode: number,
  code: string,
  message: RegExp = /./,
): Promise<void> {
  const ended = await program.ended
  const words = `${program.stdout}${program.stderr}`
  expect(ended, words).toBe(exitCode)
  const lines = program.stderr.trim().split('\n')
  expect(
    lines.filter((line) => /^[A-Z]+_[A-Z_]+: /.test(line)),
    words,
  ).toHaveLength(1)
  const form = code === 'BRIDGE_INTERRUPTED' ? /^[A-Z_]+: .+\.$/ : /^[A-Z_]+: .+\. Hint: .+$/
  expect(lines.at(-1)).toMatch(form)
  expect(lines.at(-1)).toMatch(new RegExp(`^${code}: `))
  expect(lines.at(-1)).toMatch(message)
  expect(words).not.toMatch(/^\s+at .*\d+:\d+/m)
  if (!program.child.spawnargs.includes('--json')) return
  expect(program.events.at(-1)).toMatchObject({ type: 'result', exitCode, error: { code } })
}

/** Processes that a process has started and that are still there. */
export function childrenOf(pid: number): number[] {
  return processes()
    .filter(({ parent }) => parent === pid)
    .map((each) => each.pid)
}

export function isRunning(pid: number): boolean {
  return processes().some((each) => each.pid === pid && !each.isZombie)
}

/** Resolves once a condition holds; rejects when it does not come to that. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function processes(): { pid: number; parent: number; isZombie: boolean }[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [pid = '', parent = '', state = ''] = row.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), isZombie: state.startsWith('Z') }
    })
}
