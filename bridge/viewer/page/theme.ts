/** Colours of the page, from the custom properties in `styles.css`: one place for light and dark. */
export interface Theme {
  readonly isDark: boolean
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly arm: string
  readonly object: string
  readonly goal: string
  readonly setpoint: string
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
    goal: color('goal'),
    setpoint: color('setpoint'),
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
