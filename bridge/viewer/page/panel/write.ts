import { byId } from './by-id.ts'

/** Writes a figure that changes all the time: what stays the same costs the browser nothing. */
export function write(id: string, text: string, isWarning = false): void {
  const element = byId(id)
  if (element.textContent !== text) element.textContent = text
  element.classList.toggle('is-warning', isWarning)
}
