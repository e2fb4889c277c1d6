import { formatTable } from '../table.ts'

/** SI, as in the result; a table shows some in handier units. */
export type Unit = 'm' | 'rad' | 'm/s' | 'm/s²' | 's' | 'N' | 'Nm' | 'share'

/** One line of the fidelity table. */
export interface FidelityRow {
  /** The check it belongs to, a name for `--only`. */
  readonly check: string
  readonly what: string
  /** Where `expected` comes from: a closed form, or an engine and its time step. */
  readonly against: string
  readonly unit: Unit
  readonly measured: number
  readonly expected: number
  /** What is judged: how far the two are apart. */
  readonly error: number
  readonly errorUnit: Unit
  /** Of a randomized check: the seeds that were drawn with, and least and greatest error of one of them. */
  readonly seeds?: readonly number[]
  readonly errorSpread?: readonly [least: number, greatest: number]
  /** Greatest error that holds. */
  readonly bar: number
  readonly holds: boolean
  /** Why it does not hold, where that is known. */
  readonly cause?: string
}

/** What a check says of one thing it measured; its name and whether it holds are added. */
export type Finding = Omit<FidelityRow, 'check' | 'holds'>

/** A row; an error that is no number does not hold. */
export function judge(check: string, { cause, ...finding }: Finding): FidelityRow {
  const holds = finding.error <= finding.bar
  return { check, ...finding, holds, ...(!holds && cause !== undefined && { cause }) }
}

/** Relative error of a value that should be `expected`. */
export function relative(measured: number, expected: number): number {
  return Math.abs(measured / expected - 1)
}

/** The table, and below it why rows do not hold. */
export function formatRows(rows: readonly FidelityRow[]): string {
  const head = ['check', 'what', 'here', 'reference', 'from', 'error', 'bar', 'holds']
  const lines = rows.map((row) => [
    row.check,
    row.what,
    formatValue(row.measured, row.unit),
    formatValue(row.expected, row.unit),
    row.against,
    formatError(row),
    `≤ ${formatValue(row.bar, row.errorUnit)}`,
    row.holds ? 'yes' : '**no**',
  ])
  const causes = rows.flatMap(({ check, what, cause }) =>
    cause === undefined ? [] : [`${check}, ${what}: ${cause}`],
  )
  return [formatTable(head, lines), ...causes].join('\n')
}

const SHOWN: Readonly<Record<Unit, readonly [factor: number, unit: string]>> = {
  m: [1e3, ' mm'],
  rad: [180 / Math.PI, '°'],
  'm/s': [1e3, ' mm/s'],
  'm/s²': [1, ' m/s²'],
  s: [1, ' s'],
  N: [1, ' N'],
  Nm: [1, ' Nm'],
  share: [100, ' %'],
}

/** In brackets the least and the greatest of one seed. */
function formatError({ error, errorUnit, errorSpread }: FidelityRow): string {
  const text = formatValue(error, errorUnit)
  if (errorSpread === undefined) return text
  return `${text} (${errorSpread.map((value) => formatValue(value, errorUnit)).join(' to ')})`
}

/** Three digits, as many as a figure of a simulator is good for. */
function formatValue(value: number, unit: Unit): string {
  const [factor, name] = SHOWN[unit]
  const shown = factor * value
  const size = Math.abs(shown)
  const digits = size === 0 ? 0 : Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(size))))
  return `${shown.toFixed(digits)}${name}`
}
