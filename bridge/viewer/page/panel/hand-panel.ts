import type { ControlFrame } from '../../frames.ts'
import type { PageRequest } from '../../requests.schema.ts'
import { tokenOfAddress } from '../token-of-address.ts'
import { byId } from './by-id.ts'
import { createHoldButton } from './jog-button.ts'

/** Says that it is still there this often while it has the arm [ms]. */
const KEEP_MS = 1000
/** Along x, y and z of the arm's base, against the axis and with it. */
const TOWARDS = [
  ['back', 'away'],
  ['right', 'left'],
  ['down', 'up'],
] as const

type Motion = Extract<PageRequest, { kind: 'jog' }>['motion']

/** Takes the arm, moves it while a button is held, gives it back; and says when it has lost it. */
export class HandPanel {
  private readonly ask: (request: PageRequest) => void
  private readonly token = tokenOfAddress()
  private readonly share = byId<HTMLInputElement>('share')
  private control: ControlFrame | undefined
  private note = ''
  private isWarning = false

  constructor(ask: (request: PageRequest) => void) {
    this.ask = ask
    byId('take').addEventListener('click', () => this.toggle())
    byId('tool-jog').replaceChildren(
      ...TOWARDS.flatMap(([against, along], index) => [
        this.button({ kind: 'tool', index, direction: -1 }, against, `tool ${against}`),
        this.button({ kind: 'tool', index, direction: 1 }, along, `tool ${along}`),
      ]),
    )
    window.setInterval(() => {
      if (this.hasArm && document.visibilityState === 'visible') this.ask({ kind: 'keep' })
    }, KEEP_MS)
  }

  /** The buttons of one joint, by its place among those that can be moved. */
  jointButtons(index: number, name: string): HTMLElement[] {
    return ([-1, 1] as const).map((direction) =>
      this.button(
        { kind: 'joint', index, direction },
        direction === 1 ? '+' : '−',
        `${name.replaceAll('_', ' ')} ${direction === 1 ? 'forwards' : 'backwards'}`,
      ),
    )
  }

  show(control: ControlFrame): void {
    const hadArm = this.hasArm
    this.control = control
    const isLost = hadArm && control.holder !== 'you'
    const wasGivenBack = isLost && this.note === GIVING_BACK
    if (isLost && !wasGivenBack)
      this.say('The arm is no longer in this page’s hand; it stands still.', true)
    else if (control.refusal !== '') this.say(`Not done: ${control.refusal}.`, true)
    else if (control.holder === 'you' || wasGivenBack) this.say('', false)
    this.showState()
  }

  /** Nobody can be asked now. */
  connectionLost(): void {
    if (this.hasArm) this.say('Connection lost: the arm stands still and waits for a page.', true)
    if (this.control !== undefined) this.control = { ...this.control, holder: 'nobody' }
    this.showState()
  }

  private get hasArm(): boolean {
    return this.control?.holder === 'you'
  }

  private button(motion: Motion, text: string, label: string): HTMLButtonElement {
    return createHoldButton({
      ...{ text, label },
      onHeld: () => this.ask({ kind: 'jog', motion, share: this.share.valueAsNumber }),
      onLetGo: () => this.ask({ kind: 'letGo' }),
    })
  }

  private toggle(): void {
    if (!this.hasArm) this.ask({ kind: 'take', token: this.token })
    else {
      this.say(GIVING_BACK, false)
      this.ask({ kind: 'giveBack' })
    }
  }

  private say(note: string, isWarning: boolean): void {
    this.note = note
    this.isWarning = isWarning
  }

  private showState(): void {
    const { control, hasArm } = this
    const mayAsk = control?.hasHand === true && (!control.needsToken || this.token !== '')
    document.body.dataset['hand'] = control?.holder ?? 'nobody'
    const take = byId<HTMLButtonElement>('take')
    take.hidden = !mayAsk
    take.disabled = control?.holder === 'other'
    take.textContent = hasArm ? 'Give it back to the policy' : 'Take the arm'
    byId('hand-state').textContent =
      control?.holder === 'you'
        ? 'you move it'
        : control?.holder === 'other'
          ? 'another page moves it'
          : ''
    const note = byId('hand-note')
    note.textContent = this.note || (mayAsk ? '' : readOnly(control))
    note.classList.toggle('is-warning', this.isWarning)
  }
}

const GIVING_BACK = 'Giving it back…'

function readOnly(control: ControlFrame | undefined): string {
  if (control === undefined) return ''
  return control.hasHand
    ? 'Read only: to move the arm, open the address with the token that the terminal shows.'
    : 'Read only: this run moves nothing by hand.'
}
