import type { Theme } from '../theme.ts'

/** What the axes of all plots have in common. */
export function axisLook(theme: Theme) {
  return {
    stroke: theme.muted,
    font: '10px system-ui, sans-serif',
    grid: { stroke: theme.line, width: 1 },
    ticks: { show: false },
  }
}
