import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { CodedError } from '../../configs/load/coded-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { readRecording } from '../recording/read-recording.node.ts'
import type { Frame } from '../viewer/frames.ts'
import {
  longestGapS,
  type ProcessReading,
  type StageTimes,
  stageTimes,
  type ViewerReading,
} from './soak-figures.ts'

const VIEWERS = 3
const READINGS = 60

export interface SoakOptions {
  readonly minutes: number
  readonly reality: string
  readonly seed: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onReading: (timeS: number, readings: readonly ProcessReading[]) => void
}

/** What `demo --json` says at its end, as far as it matters here. */
export interface DemoResult {
  readonly episodes: number
  readonly loop: { readonly rateHz: number; readonly jitterP99S: number; readonly missed: number }
  readonly recording: { readonly isComplete: boolean; readonly droppedMessages: number }
}

export interface SoakResult {
  /** How long it lasted: shorter than asked for when it was interrupted [s]. */
  readonly seconds: number
  readonly demo: DemoResult
  readonly processes: readonly ProcessReading[]
  readonly viewers: readonly ViewerReading[]
  readonly recording: {
    readonly cycles: number
    readonly longestGapS: number
    readonly stages: readonly StageTimes[]
  }
}

/**
 * A deployment on the emulated arm for a long time: control, twin, recorder and viewer in their processes and threads,
 * three pages watching. Nothing is touched but what any user has: its output, its file, its pages, its memory.
 *
 * @throws BRIDGE_CONNECTION_LOST when the deployment ends before its time
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sim2arm-soak-'))
  const file = join(folder, 'soak.mcap')
  const demo = startDemo(file, options)
  const viewers: Watcher[] = []
  try {
    const { url } = (await demo.line('ready')) as { readonly url: string }
    await demo.line('started')
    for (let k = 0; k < VIEWERS; k++) viewers.push(new Watcher(url, options.clock))
    const { processes, seconds } = await readMemory(demo, options)
    const seen = viewers.map((viewer) => viewer.reading())
    demo.child.kill('SIGINT')
    const result = (await demo.line('result')) as unknown as DemoResult
    await demo.ended
    const recording = readCycles(file, result.loop.rateHz)
    return { demo: result, processes, recording, seconds, viewers: seen }
  } finally {
    for (const viewer of viewers) viewer.close()
    demo.child.kill('SIGKILL')
    await demo.ended
    rmSync(folder, { recursive: true, force: true })
  }
}

function readCycles(file: string, rateHz: number): SoakResult['recording'] {
  const { messages } = readRecording(file, ['/loop/stages'])
  const stages = messages.map(({ message }) => (message as { data: Float32Array }).data)
  return {
    cycles: messages.length,
    longestGapS: longestGapS(messages.map(({ epochS }) => epochS)),
    stages: stageTimes(stages, 1 / rateHz),
  }
}

interface Demo {
  readonly child: ChildProcess
  readonly ended: Promise<void>
  /** The first JSON line of a type. */
  line(type: string): Promise<Readonly<Record<string, unknown>>>
}

function startDemo(file: string, { reality, seed }: SoakOptions): Demo {
  const program = join(packageRoot(), 'bridge', 'sim2arm.js')
  const options = ['--reality', reality, '--seed', String(seed), '--port', '0', '--json']
  const child = spawn(process.execPath, [program, 'demo', ...options, '--record', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C on the terminal is for the bench: it ends the deployment itself, and has its figures.
    detached: true,
  })
  let lastWords = ''
  child.stderr.on('data', (bytes: Buffer) => {
    lastWords = bytes.toString().trim()
  })
  const lines: Readonly<Record<string, unknown>>[] = []
  const watchers = new Set<() => void>()
  let isOver = false
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as Readonly<Record<string, unknown>>)
    for (const look of watchers) look()
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      isOver = true
      for (const look of watchers) look()
      resolve()
    })
  })
  return {
    child,
    ended,
    line: (type) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((line) => line['type'] === type)
          if (found === undefined && !isOver) return
          watchers.delete(look)
          if (found === undefined) reject(endedEarly(lastWords))
          else resolve(found)
        }
        watchers.add(look)
        look()
      }),
  }
}

/** Reads the memory of the deployment's processes until the time is over, or the signal aborts. */
async function readMemory(
  demo: Demo,
  options: SoakOptions,
): Promise<{ processes: ProcessReading[]; seconds: number }> {
  const { clock, minutes, onReading, signal } = options
  const readings: ProcessReading[] = []
  const beganS = clock.now()
  for (let k = 1; k <= READINGS; k++) {
    await clock.sleepUntil(beganS + (60 * minutes * k) / READINGS, signal).catch(() => {})
    if (signal.aborted) break
    if (demo.child.exitCode !== null) throw endedEarly('')
    const timeS = clock.now() - beganS
    const now = memoryOf(demo.child.pid!).map((reading) => ({ ...reading, timeS }))
    readings.push(...now)
    onReading(timeS, now)
  }
  return { processes: readings, seconds: clock.now() - beganS }
}

/** A process and its children, each by what it does. */
function memoryOf(pid: number): { process: string; rssBytes: number }[] {
  const columns = ['-A', '-o', 'pid=,ppid=,rss=,args=']
  const table = execFileSync('ps', columns, { encoding: 'utf8' }).trim().split('\n')
  return table.flatMap((row) => {
    const [own, parent, kilobytes, ...args] = row.trim().split(/\s+/)
    if (Number(own) !== pid && Number(parent) !== pid) return []
    const words = args.join(' ')
    const name = words.includes('recorder-process')
      ? 'recorder'
      : words.includes(' twin ')
        ? 'twin'
        : 'control'
    return words.includes('ps -A') ? [] : [{ process: name, rssBytes: 1024 * Number(kilobytes) }]
  })
}

/** A page, without its picture. */
class Watcher {
  private readonly socket: WebSocket
  private readonly clock: Clock
  private frames = 0
  private lastS: number
  private longestS = 0
  private isLost = false

  constructor(url: string, clock: Clock) {
    this.clock = clock
    this.lastS = clock.now()
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}live`)
    this.socket.on('message', (text) => {
      if ((JSON.parse(String(text)) as Frame).kind !== 'state') return
      this.frames++
      this.look()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isLost = true
    })
  }

  reading(): ViewerReading {
    this.look()
    return { frames: this.frames, longestGapS: this.longestS, isLost: this.isLost }
  }

  close(): void {
    this.socket.terminate()
  }

  private look(): void {
    const nowS = this.clock.now()
    this.longestS = Math.max(this.longestS, nowS - this.lastS)
    this.lastS = nowS
  }
}

const endedEarly = (words: string): CodedError =>
  new CodedError('BRIDGE_CONNECTION_LOST', `the deployment ended before its time: ${words}`, {
    hint: 'run sim2arm demo --headless to see why',
  })
