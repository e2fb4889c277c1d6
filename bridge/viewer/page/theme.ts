/** Colours of the page, from the custom properties in `styles/page.css`: one place for light and dark. */
export interface Theme {
  readonly isDark: boolean
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly arm: string
  readonly object: string
  /** Objects that the task is not about. */
  readonly other: string
  readonly goal: string
  readonly setpoint: string
  readonly gravity: string
  readonly miss: string
  readonly table: string
  readonly tableLine: string
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    isDark: darkQuery().matches,
    ink: color('ink'),
    muted: color('muted'),
    line: color('line'),
    arm: color('arm'),
    object: color('object'),
    other: color('other'),
    goal: color('goal'),
    setpoint: color('setpoint'),
    gravity: color('gravity'),
    miss: color('miss'),
    table: color('table'),
    tableLine: color('table-line'),
  }
}

/** Calls back whenever the system changes between light and dark. */
export function onThemeChange(listener: (theme: Theme) => void): void {
  darkQuery().addEventListener('change', () => listener(readTheme()))
}

function darkQuery(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)')
}
