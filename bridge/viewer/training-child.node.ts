import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageRoot } from '../../configs/load/load.node.ts'
import type { ResumeOrder, StartOrder } from './requests.schema.ts'

export interface TrainingChildOptions {
  /** Where the run's folder is made. */
  readonly folder: string
  /** Address on which its pages listen, at a free port. */
  readonly host: string
  /** Whether its pages ask for a token, one of its own. */
  readonly needsToken: boolean
}

interface Running {
  readonly name: string
  readonly process: ChildProcess
  readonly exited: Promise<void>
  /** Its curves, with the token that they take for orders. */
  url: URL | null
}

/** `sim2arm train --view` in a process of its own, one at a time. It goes on when this process is killed. */
export class TrainingChild {
  readonly #options: TrainingChildOptions
  #running: Running | undefined
  #failure: string | null = null

  constructor(options: TrainingChildOptions) {
    this.#options = options
  }

  get live(): { readonly name: string; readonly url: URL | null } | undefined {
    return this.#running
  }

  /** Why the last one failed; null where it did not. */
  get failure(): string | null {
    return this.#failure
  }

  /** Only where none is live. */
  start({ config, minutes, name, set }: StartOrder): void {
    const overrides = set.map((each) => `--set=${each}`)
    const out = join(this.#options.folder, name)
    this.#begin(name, [config, '--out', out, '--minutes', String(minutes), ...overrides])
  }

  /**
   * Goes on with a run; only where none is live.
   * @param trainedS - how long it has been trained before: a limit counts from a run's beginning
   */
  resume({ minutes, name }: ResumeOrder, trainedS: number): void {
    const limit = String(minutes + trainedS / 60)
    this.#begin(name, ['--resume', join(this.#options.folder, name), '--minutes', limit])
  }

  #begin(name: string, what: readonly string[]): void {
    const { host, needsToken } = this.#options
    const words = [
      ...[join(packageRoot(), 'bridge', 'sim2arm.js'), 'train', '--json', ...what],
      ...['--view', `${host.includes(':') ? `[${host}]` : host}:0`],
      ...(needsToken ? [] : ['--token', 'none']),
    ]
    // Its own process group: Ctrl-C on the terminal reaches it once, through `end`.
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let lastWords = ''
    child.stderr.on('data', (chunk: Buffer) => {
      lastWords = chunk.toString().trim().split('\n').at(-1) ?? lastWords
    })
    const exited = new Promise<void>((resolve) => {
      child.once('close', (code) => {
        this.#running = undefined
        this.#failure = code === 0 ? null : `${name}: ${lastWords || `ended with code ${code}`}`
        resolve()
      })
    })
    const running: Running = { name, process: child, exited, url: null }
    this.#failure = null
    this.#running = running
    createInterface({ input: child.stdout }).on('line', (line) => {
      const record = JSON.parse(line) as { type: string; orderUrl?: string }
      if (record.type === 'ready') running.url = new URL(record.orderUrl!)
    })
  }

  /** Ends it with a checkpoint, as Ctrl-C does. */
  async end(): Promise<void> {
    this.#running?.process.kill('SIGINT')
    await this.#running?.exited
  }
}
