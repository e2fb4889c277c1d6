import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { type GuideLine, type GuidePlan, planOf } from './guides.ts'
import { createInstalledFolder } from './installed-folder.ts'
import { shellWords } from './readme.ts'

const ROOT = join(import.meta.dirname, '..')
/** Where the guides of own things go on after `init`. */
const PROJECT = 'my-project'
const SCRIPTS = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>
  }
).scripts

/** An empty folder with sim2arm installed, in which the lines of guides are run as a reader would. */
export class GuideFolder {
  readonly path = createInstalledFolder()
  private readonly servers = new Set<ChildProcess>()

  /** Runs a line to its end, with options behind it. */
  async run(line: string, more = '', exitCode = 0): Promise<void> {
    const child = this.start(`${line} ${more}`)
    let [stdout, stderr] = ['', '']
    child.stdout!.on('data', (bytes: Buffer) => (stdout += bytes.toString()))
    child.stderr!.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    expect(code, `${line}\n${stdout}${stderr}`).toBe(exitCode)
  }

  /** Starts a line that serves, and waits until it does. */
  async serve(line: string, more: string): Promise<void> {
    const child = this.start(`${line} ${more} --json`)
    this.servers.add(child)
    let text = ''
    child.stderr!.on('data', (bytes: Buffer) => (text += bytes.toString()))
    for await (const out of createInterface({ input: child.stdout! })) {
      text += `${out}\n`
      if (out.includes('"type":"ready"')) return
    }
    throw new Error(`${line} ended before it was ready: ${text}`)
  }

  /** Stops what serves, as Ctrl-C does. */
  async stop(): Promise<void> {
    for (const server of this.servers) {
      this.servers.delete(server)
      const ended = once(server, 'exit')
      server.stdout!.resume()
      server.kill('SIGINT')
      expect((await ended)[0]).toBe(130)
    }
  }

  async remove(): Promise<void> {
    for (const server of this.servers) server.kill('SIGKILL')
    rmSync(this.path, { recursive: true, force: true })
  }

  private start(line: string): ChildProcess {
    const [program, ...args] = this.translate(shellWords(line))
    const isOfProject = /clear\.(yaml|js)|--arm my-arm\.yaml/.test(line)
    const cwd = isOfProject ? join(this.path, PROJECT) : this.path
    return spawn(program!, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** What stands for `npx sim2arm` and `npm run` where nothing is to be downloaded; places of this folder. */
  private translate([program, name, ...words]: readonly string[]): string[] {
    const args = words
      .map((word) => (word.startsWith('tests/') ? join(ROOT, word) : word))
      .map((word) => (word === '/tmp/arm' ? join(this.path, 'arm') : word))
    if (program === 'npx') return [process.execPath, join(ROOT, 'bridge', 'sim2arm.js'), ...args]
    if (program !== 'npm') return [process.execPath, name!, ...args]
    const [, file = '', ...own] = SCRIPTS[words[0]!]!.split(' ')
    return [process.execPath, join(ROOT, file), ...own, ...args.slice(2)]
  }
}

type Runnable = Extract<GuidePlan, { readonly isQuick: boolean }>

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

/** Runs the lines of one block that are wanted, in order; then stops what serves. */
export async function runBlock(
  folder: GuideFolder,
  lines: readonly GuideLine[],
  wanted: (plan: Runnable) => boolean,
): Promise<void> {
  const port = await freePort()
  for (const { line } of lines) {
    const plan = planOf(line)
    if (plan.kind === 'outside' || plan.kind === 'elsewhere' || !wanted(plan)) continue
    const here = line.replaceAll('127.0.0.1:9090', `127.0.0.1:${port}`)
    const place = line.includes('sim2arm twin') ? `--stream 127.0.0.1:${port}` : ''
    if (plan.kind === 'run') await folder.run(here, plan.shorter, plan.exitCode)
    else await folder.serve(here, `${plan.shorter} ${place}`)
  }
  await folder.stop()
}
