import type { Output } from './command.ts'
import { formatProgress, type ProgressReport } from './progress.ts'

export interface OutputOptions {
  readonly writeOut: (text: string) => void
  readonly writeErr: (text: string) => void
  readonly isJson: boolean
  /** Whether stderr is a terminal: a bar that redraws itself instead of lines. */
  readonly isTerminal: boolean
  /** Columns of the terminal. */
  readonly columns: number
  /** Monotonic [s]. */
  readonly now: () => number
}

export interface CommandOutput extends Output {
  /** The last line of a command, after the progress bar is gone. */
  finish(result: Readonly<Record<string, unknown>>, summary: string | undefined): void
  /** The one line of an error, and the last JSON line. */
  fail(line: string, result: Readonly<Record<string, unknown>>): void
}

/** Seconds between two drawings of the bar, and between two progress lines where there is no terminal. */
const REDRAW_S = 0.1
const PLAIN_LINE_S = 10
/** The widest bar; figures go first where the terminal is narrow. */
const BAR_COLUMNS = 20
const TEXT_COLUMNS = 60
const CLEAR_LINE = '\r\x1b[2K'

export function createOutput(options: OutputOptions): CommandOutput {
  const { columns, writeOut, writeErr, isJson, isTerminal, now } = options
  const startS = now()
  let drawnS = Number.NEGATIVE_INFINITY
  let isBarShown = false

  const clearBar = () => {
    if (isBarShown) writeErr(CLEAR_LINE)
    isBarShown = false
  }
  const writeJson = (record: Readonly<Record<string, unknown>>) => {
    if (isJson) writeOut(`${JSON.stringify(record, finiteNumbers)}\n`)
  }

  return {
    event: writeJson,
    line(text) {
      clearBar()
      if (isJson) writeErr(`${text}\n`)
      else writeOut(`${text}\n`)
    },
    progress(report: ProgressReport) {
      const timeS = now()
      if (timeS - drawnS < (isTerminal ? REDRAW_S : PLAIN_LINE_S)) return
      drawnS = timeS
      const barWidth = isTerminal ? Math.max(0, Math.min(BAR_COLUMNS, columns - TEXT_COLUMNS)) : 0
      const text = formatProgress(report, timeS - startS, barWidth)
      writeErr(isTerminal ? `${CLEAR_LINE}${text.slice(0, columns - 1)}` : `${text}\n`)
      isBarShown = isTerminal
    },
    finish(result, summary) {
      clearBar()
      if (isJson) writeJson({ type: 'result', ...result })
      else if (summary !== undefined) writeOut(`${summary}\n`)
    },
    fail(line, result) {
      clearBar()
      writeErr(`${line}\n`)
      writeJson({ type: 'result', ...result })
    },
  }
}

/** JSON has no NaN or infinity: they become null, typed arrays plain lists. */
function finiteNumbers(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return null
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>)
  }
  return value
}
