import type { RunsAnswer } from '../../training-run.ts'
import { byId } from '../panel/by-id.ts'
import { StatusLine } from '../panel/status-line.ts'
import { tokenOfAddress } from '../token-of-address.ts'
import { createRunRow } from './run-row.ts'
import { StartForm } from './start-form.ts'

const ASK_EVERY_MS = 2000

/** The page of a folder of training runs: what they have come to, and the start of another. */
class RunsPage {
  private readonly status = new StatusLine()
  private readonly token = tokenOfAddress()
  private readonly form = new StartForm(this.token, () => void this.ask())

  /** Goes on for ever; a server that is away is asked again. */
  async follow(): Promise<never> {
    for (;;) {
      await this.ask()
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  }

  private async ask(): Promise<void> {
    const answer = await fetch('./runs.json', {
      headers: { authorization: `Bearer ${this.token}` },
    }).catch(() => undefined)
    const badge = byId('connection')
    const isOpen = answer?.ok === true
    badge.dataset['state'] = isOpen ? 'live' : 'lost'
    badge.textContent = isOpen ? 'Live' : 'Connection lost, retrying…'
    if (isOpen) this.show((await answer.json()) as RunsAnswer)
  }

  private show({ configs, failure, folder, live, mayStart, runs }: RunsAnswer): void {
    document.title = `${folder} · sim2arm`
    byId('folder').textContent = folder
    this.status.setText(failure ?? '')
    const isFree = live === null && !runs.some(({ isRunning }) => isRunning)
    this.form.show({ configs, mayStart, isFree })
    byId('live').hidden = live === null
    if (live !== null) {
      byId('live-name').textContent = live.name
      byId('live-note').textContent = live.port === null ? 'is being set up …' : ''
      const link = byId<HTMLAnchorElement>('live-link')
      link.hidden = live.port === null
      const { hostname, protocol } = window.location
      link.href = `${protocol}//${hostname}:${live.port}/training/${live.hash}`
    }
    byId('no-runs').hidden = runs.length > 0
    byId('runs').hidden = runs.length === 0
    byId('resume-title').hidden = !mayStart
    const resume = mayStart ? (name: string) => void this.form.resume(name) : undefined
    const rows = runs.map((run) => createRunRow(run, { resume, isFree }))
    replaceRows(byId<HTMLTableSectionElement>('run-rows'), rows)
  }
}

/** Only where something is new: a button that is being pressed stays, and so does the focus. */
function replaceRows(body: HTMLTableSectionElement, rows: readonly HTMLTableRowElement[]): void {
  const shown = [...body.rows]
  if (rows.length === shown.length && rows.every((row, k) => row.isEqualNode(shown[k]!))) return
  const focused = document.activeElement?.id ?? ''
  body.replaceChildren(...rows)
  if (focused !== document.activeElement?.id) document.getElementById(focused)?.focus()
}

await new RunsPage().follow()
