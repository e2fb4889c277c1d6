import type { TrainingOrder } from '../../requests.schema.ts'
import type { RunAnswer } from '../../training-run.ts'
import { byId } from '../panel/by-id.ts'
import { tokenOfAddress } from '../token-of-address.ts'

/** Holds a training, lets it go on, and ends it, for who has the token. */
export class Orders {
  private readonly token = tokenOfAddress()
  private isHeld = false

  constructor() {
    byId('hold').addEventListener('click', () => void this.ask(this.isHeld ? 'goOn' : 'hold'))
    const dialog = byId<HTMLDialogElement>('end-dialog')
    byId('end').addEventListener('click', () => dialog.showModal())
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'end') void this.ask('stop')
    })
  }

  show({ live }: RunAnswer): void {
    this.isHeld = live?.isHeld === true
    byId('hold').textContent = this.isHeld ? 'Go on' : 'Hold'
    byId('orders').hidden = live === null || (live.needsToken && this.token === '')
  }

  private async ask(order: TrainingOrder): Promise<void> {
    const note = byId('order-note')
    note.textContent = ''
    const answer = await fetch('./order', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ order, token: this.token }),
    }).catch(() => undefined)
    if (answer === undefined) note.textContent = 'The training could not be asked.'
    else if (!answer.ok) note.textContent = `Not done: ${await answer.text()}.`
    else if (order === 'stop') note.textContent = 'It ends with a checkpoint; --resume goes on.'
    else {
      this.isHeld = order === 'hold'
      byId('hold').textContent = this.isHeld ? 'Go on' : 'Hold'
    }
  }
}
