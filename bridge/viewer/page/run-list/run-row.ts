import type { RunSummary } from '../../training-run.ts'
import { minutes, percent, shortNumber } from '../training/figures.ts'

/** A line of the table of runs; its name leads to the curves. */
export function createRunRow(run: RunSummary): HTMLTableRowElement {
  const { about, ageS, evaluated, name, steps, wallS } = run
  const link = document.createElement('a')
  link.textContent = name
  link.href = `../training/?${new URLSearchParams({ run: name })}`
  const head = document.createElement('th')
  head.scope = 'row'
  head.append(link)
  const row = document.createElement('tr')
  row.append(head)
  const texts = [
    about,
    evaluated === null
      ? '–'
      : `${percent(evaluated.rate)} (${percent(evaluated.low)}–${percent(evaluated.high)})`,
    steps === null ? '–' : shortNumber(steps),
    wallS === null ? '–' : minutes(wallS),
    ageS === null ? '–' : `${minutes(ageS)} ago`,
  ]
  for (const text of texts) row.insertCell().textContent = text
  return row
}
