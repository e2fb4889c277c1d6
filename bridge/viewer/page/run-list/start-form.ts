import { byId } from '../panel/by-id.ts'

const DEFAULT_CONFIG = 'push-so101'

interface Choices {
  readonly configs: readonly string[]
  /** Whether this page may start a training at all. */
  readonly mayStart: boolean
  /** Whether none is under way. */
  readonly isFree: boolean
}

/** Starts a training, or goes on with one, for who has the token. */
export class StartForm {
  private readonly token: string
  private readonly onStarted: () => void
  private readonly config = byId<HTMLSelectElement>('config')
  private readonly minutes = byId<HTMLInputElement>('minutes')
  private readonly name = byId<HTMLInputElement>('name')
  private readonly overrides = byId<HTMLTextAreaElement>('overrides')

  /** @param onStarted - called once a training has begun */
  constructor(token: string, onStarted: () => void) {
    this.token = token
    this.onStarted = onStarted
    this.config.addEventListener('change', () => this.suggestName())
    byId<HTMLFormElement>('start-form').addEventListener('submit', (event) => {
      event.preventDefault()
      void this.order('./start', {
        config: this.config.value,
        name: this.name.value,
        set: this.overrides.value.split('\n').filter((line) => line.trim() !== ''),
      })
    })
  }

  show({ configs, isFree, mayStart }: Choices): void {
    byId('start').hidden = !mayStart
    byId<HTMLButtonElement>('start-button').disabled = !isFree
    if (this.config.options.length > 0) return
    for (const each of configs) this.config.add(new Option(each, each))
    this.config.value = DEFAULT_CONFIG
    this.suggestName()
  }

  private suggestName(): void {
    const now = new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-')
    this.name.value = `${this.config.value}-${now}`
  }

  /** Goes on with a run from its last checkpoint, for as long as the form says. */
  resume(name: string): Promise<void> {
    return this.order('./resume', { name })
  }

  private async order(path: string, what: object): Promise<void> {
    const note = byId('start-note')
    note.textContent = ''
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...what, minutes: this.minutes.valueAsNumber, token: this.token }),
    }).catch(() => undefined)
    if (answer?.ok === true) this.onStarted()
    else if (answer === undefined) note.textContent = 'The server could not be asked.'
    else note.textContent = `Not done: ${await answer.text()}`
  }
}
