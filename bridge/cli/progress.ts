/** How far long work has come. */
export interface ProgressReport {
  readonly done: number
  /** Absent where the end is not known. */
  readonly total?: number
  /** What `done` counts: `steps`, `episodes`. */
  readonly unit: string
  /** Where it is not simply `done` over the time since the first report. */
  readonly ratePerS?: number
  /** Where the end is a time, not a count: share done, 0 to 1, and time left. */
  readonly time?: { readonly share: number; readonly leftS: number }
  /** Short addition: `success 0.82`. */
  readonly text?: string
}

/** `1.2M/20M steps   6% ━━━───  14k/s  21 min left  success 0.82` */
export function formatProgress(report: ProgressReport, elapsedS: number, barWidth: number): string {
  const { done, total, unit, time, text } = report
  const rate = report.ratePerS ?? (elapsedS > 0 ? done / elapsedS : 0)
  const share = time?.share ?? (total === undefined ? undefined : done / total)
  const leftS = time?.leftS ?? (total === undefined ? undefined : (total - done) / rate)
  const parts = [`${compact(done)}${total === undefined ? '' : `/${compact(total)}`} ${unit}`]
  if (share !== undefined && Number.isFinite(share)) {
    const shown = Math.min(1, Math.max(0, share))
    parts.push(`${Math.round(shown * 100)}%`)
    const filled = Math.round(shown * barWidth)
    if (barWidth > 0) parts.push('━'.repeat(filled) + '─'.repeat(barWidth - filled))
  }
  if (rate > 0) parts.push(`${compact(rate)}/s`)
  if (leftS !== undefined && Number.isFinite(leftS) && leftS > 0) {
    parts.push(`${duration(leftS)} left`)
  }
  if (text !== undefined) parts.push(text)
  return parts.join('  ')
}

/** Three significant digits and a suffix: 950, 14.2k, 20M. */
function compact(value: number): string {
  const [scale, suffix] =
    value >= 1e9 ? [1e9, 'G'] : value >= 1e6 ? [1e6, 'M'] : value >= 1e3 ? [1e3, 'k'] : [1, '']
  return `${Number((value / scale).toPrecision(3))}${suffix}`
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}
