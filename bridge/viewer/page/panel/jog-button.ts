/** Says what is asked for again this often while a button is held [ms]. */
const AGAIN_MS = 50

/**
 * A button that works while it is held: by the pointer, the space bar or enter. Whatever takes the page's attention
 * away lets it go.
 */
export function createHoldButton(options: {
  readonly text: string
  readonly label: string
  readonly onHeld: () => void
  readonly onLetGo: () => void
}): HTMLButtonElement {
  const { label, onHeld, onLetGo, text } = options
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'jog'
  button.textContent = text
  button.ariaLabel = label
  button.title = `${label}: hold`
  let timer: number | undefined
  const hold = () => {
    if (timer !== undefined) return
    button.dataset['held'] = ''
    onHeld()
    timer = window.setInterval(onHeld, AGAIN_MS)
  }
  const letGo = () => {
    if (timer === undefined) return
    window.clearInterval(timer)
    timer = undefined
    delete button.dataset['held']
    onLetGo()
  }
  button.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    button.setPointerCapture(event.pointerId)
    hold()
  })
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur']) {
    button.addEventListener(end, letGo)
  }
  button.addEventListener('contextmenu', (event) => event.preventDefault())
  button.addEventListener('keydown', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return
    event.preventDefault()
    hold()
  })
  button.addEventListener('keyup', letGo)
  window.addEventListener('blur', letGo)
  document.addEventListener('visibilitychange', letGo)
  return button
}
