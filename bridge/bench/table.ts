/** A Markdown table with aligned columns: readable as it is, and in a document. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n')
}

/** `1,234 (1,100–1,300)` */
export function formatSpread(
  spread: { readonly median: number; readonly min: number; readonly max: number },
  digits = 0,
): string {
  const text = (value: number) => formatNumber(value, digits)
  return `${text(spread.median)} (${text(spread.min)}–${text(spread.max)})`
}

export function formatNumber(value: number, digits = 0): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
