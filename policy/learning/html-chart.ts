/** Of every report. */
export const REPORT_STYLE = `body{font:14px system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#223}
svg{width:100%;height:12rem;background:#f7f8fa;border:1px solid #dde}polyline{fill:none;stroke-width:1.5}
table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #dde}
pre{background:#f7f8fa;padding:1rem;overflow:auto}figure{margin:1.5rem 0}`

export type Point = readonly [x: number, y: number]

export interface Series {
  readonly name: string
  readonly points: readonly Point[]
}

const COLOURS = ['#2a6fdb', '#d9480f', '#2b8a3e', '#862e9c', '#868e96'] as const

/**
 * Curves over a common axis as a figure of a page; points that are no numbers are left out.
 *
 * @param unit - of the axis
 */
export function renderChart(unit: string, title: string, series: readonly Series[]): string {
  const finite = series.map(({ name, points }) => ({
    name,
    points: points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)),
  }))
  const all = finite.flatMap(({ points }) => points)
  const [left, right] = extent(all.map(([x]) => x))
  const [low, high] = extent([0, ...all.map(([, y]) => y)])
  const lines = finite.map(({ points }, k) => {
    const path = points.map(([x, y]) => {
      const px = (1000 * (x - left)) / (right - left)
      return `${px.toFixed(1)},${(195 - (190 * (y - low)) / (high - low)).toFixed(1)}`
    })
    return `<polyline stroke="${COLOURS[k]}" points="${path.join(' ')}"/>`
  })
  const legend = finite.map(
    ({ name }, k) => `<span style="color:${COLOURS[k]}">${escapeHtml(name)}</span>`,
  )
  return `<figure><figcaption><b>${escapeHtml(title)}</b>, ${formatNumber(low)} to ${formatNumber(high)}, over ${formatNumber(right)} ${unit}: ${legend.join(', ')}</figcaption>
<svg viewBox="0 0 1000 200" preserveAspectRatio="none">${lines.join('')}</svg></figure>`
}

/** Smallest and greatest, never equal. */
function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!(low <= high)) return [0, 1]
  return low === high ? [low, low + 1] : [low, high]
}

/** Three digits that count. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–'
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
