import type { RunSummary } from '../../training-run.ts'
import { minutes, percent, shortNumber } from '../training/figures.ts'

export interface RunRowOptions {
  /** Goes on with the run; undefined where this page may not. */
  readonly resume: ((name: string) => void) | undefined
  /** Whether no training is under way. */
  readonly isFree: boolean
}

/** A line of the table of runs; its name leads to the curves. */
export function createRunRow(run: RunSummary, options: RunRowOptions): HTMLTableRowElement {
  const { about, evaluated, name, steps, wallS } = run
  const link = document.createElement('a')
  link.id = `run-${name}`
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
    lastWritten(run),
  ]
  for (const text of texts) row.insertCell().textContent = text
  if (options.resume !== undefined) row.insertCell().append(...resumeButton(run, options))
  return row
}

function lastWritten({ ageS, isRunning }: RunSummary): string {
  if (isRunning) return 'being trained'
  return ageS === null ? '–' : `${minutes(ageS)} ago`
}

function resumeButton(
  { canResume, name }: RunSummary,
  { isFree, resume }: RunRowOptions,
): HTMLButtonElement[] {
  if (!canResume || resume === undefined) return []
  const button = document.createElement('button')
  button.id = `resume-${name}`
  button.type = 'button'
  button.className = 'small-button'
  button.textContent = 'Resume'
  button.setAttribute('aria-label', `Resume ${name}`)
  button.title = 'goes on from its last checkpoint, for as many minutes as the form above says'
  button.disabled = !isFree
  button.addEventListener('click', () => resume(name))
  return [button]
}
