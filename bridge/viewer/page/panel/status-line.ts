import { byId } from './by-id.ts'

/** One line over the scene: what the server says, else what the page has to say for good. */
export class StatusLine {
  private text = ''
  private lasting = ''

  setText(text: string): void {
    this.text = text
    this.show()
  }

  setLasting(text: string): void {
    this.lasting = text
    this.show()
  }

  private show(): void {
    const element = byId('notice')
    const shown = this.text || this.lasting
    element.textContent = shown
    element.hidden = shown === ''
  }
}
