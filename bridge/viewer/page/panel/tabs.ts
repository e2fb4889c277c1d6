import { byId } from './by-id.ts'

const NAMES = ['task', 'arm'] as const

/** Which of the panel's halves is seen; arrow keys go from one tab to the other. */
export function showTabs(): void {
  byId('tabs').hidden = false
  const choose = (chosen: (typeof NAMES)[number]) => {
    for (const name of NAMES) {
      const tab = byId(`tab-${name}`)
      const isChosen = name === chosen
      tab.ariaSelected = String(isChosen)
      tab.tabIndex = isChosen ? 0 : -1
      byId(`${name}-panel`).hidden = !isChosen
    }
  }
  for (const [k, name] of NAMES.entries()) {
    const tab = byId(`tab-${name}`)
    tab.addEventListener('click', () => choose(name))
    tab.addEventListener('keydown', ({ key }) => {
      if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
      const other = NAMES[1 - k]!
      choose(other)
      byId(`tab-${other}`).focus()
    })
  }
}
