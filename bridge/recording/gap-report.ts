import {
  escapeHtml,
  formatNumber,
  type Point,
  REPORT_STYLE,
  renderChart,
} from '../../policy/learning/html-chart.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import type { ObjectGap } from './object-gap.ts'
import type { RealityGap } from './reality-gap.ts'

/** More points than a screen has columns show nothing more. */
const MOST_POINTS = 1500
const DEG = 180 / Math.PI

export interface GapReportInput {
  readonly title: string
  readonly track: ArmTrack
  readonly gap: RealityGap
  /** Null where no object was seen, or its task is not known. */
  readonly object: ObjectGap | null
}

/** A reality gap as one self-contained page: a table, then curves joint by joint and the object's way. */
export function renderGapReport({ gap, object, title, track }: GapReportInput): string {
  const curve = (value: (cycle: number) => number): Point[] =>
    thinned(track.timeS.length, (k) => [track.timeS[k]!, value(k) * DEG])
  const charts = gap.joints.map(({ joint }, i) => {
    const place = track.jointNames.indexOf(joint)
    return renderChart('s', `${joint} [°]`, [
      { name: 'command', points: curve((k) => track.command[k]![place]!) },
      { name: 'measured', points: curve((k) => track.measured[k]![place]!) },
      { name: 'simulated', points: curve((k) => gap.simulated[k]![i]!) },
    ])
  })
  const page = escapeHtml(title)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${page}</title>
<style>${REPORT_STYLE}</style><h1>${page}</h1>
<p>${formatNumber(gap.seconds)} s, ${gap.cycles} set-point cycles: the recorded commands once more, in simulation.</p>
${jointTable(gap)}
${object === null ? '' : objectPart(object)}
${charts.join('\n')}</html>
`
}

function jointTable({ joints }: RealityGap): string {
  const degrees = (rad: number) => `<td>${(rad * DEG).toFixed(2)}`
  const rows = joints.map(
    ({ biasRad, joint, lagS, residualRad, rmsRad, trackingRad }) =>
      `<tr><td>${escapeHtml(joint)}${degrees(rmsRad)}${degrees(biasRad)}<td>${(lagS * 1000).toFixed(0)}${degrees(residualRad)}${degrees(trackingRad)}`,
  )
  return `<table><tr><th>joint<th>gap, rms [°]<th>bias [°]<th>lag [ms]<th>left at that lag [°]<th>command to arm, rms [°]${rows.join('')}</table>`
}

function objectPart({ endM, endYawRad, movedM, rmsM, samples, windows }: ObjectGap): string {
  const mm = (metres: number) => `${formatNumber(metres * 1000)} mm`
  const yaw = endYawRad === null ? '' : `, turned by ${formatNumber(endYawRad * DEG)}°`
  const curve = (kind: 'measured' | 'simulated', axis: 0 | 1) => ({
    name: kind,
    points: thinned(samples.length, (k) => [samples[k]!.timeS, samples[k]![kind][axis]]),
  })
  const along = (axis: 0 | 1) =>
    renderChart('s', `object, ${'xy'[axis]} [m]`, [
      curve('measured', axis),
      curve('simulated', axis),
    ])
  return `<p>Object: ${mm(rmsM)} apart (rms), ${mm(endM)} at the end${yaw}, of ${mm(movedM)} that it came, mean of ${windows} windows, each begun from where it was seen.</p>
${along(0)}
${along(1)}`
}

function thinned(count: number, pointAt: (k: number) => Point): Point[] {
  const stride = Math.ceil(count / MOST_POINTS)
  return Array.from({ length: Math.ceil(count / stride) }, (_, k) => pointAt(k * stride))
}
