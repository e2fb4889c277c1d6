import type { Knob, KnobValues } from '../../demo-knobs.ts'

/** Sliders of the physics. Numbers follow the hand; the simulation is told when it lets go. */
export class KnobList {
  private readonly rows: readonly KnobRow[]

  constructor(element: HTMLElement, knobs: readonly Knob[], onTurn: (values: KnobValues) => void) {
    const tell = () => onTurn(this.values())
    this.rows = knobs.map((knob) => new KnobRow(knob, tell))
    element.replaceChildren(...this.rows.map((row) => row.element))
  }

  values(): KnobValues {
    return Object.fromEntries(this.rows.map((row) => [row.name, row.value]))
  }

  /** All to what they are by description; says so. */
  reset(): void {
    for (const row of this.rows) row.reset()
  }
}

class KnobRow {
  readonly element = document.createElement('label')
  readonly name: string
  private readonly knob: Knob
  private readonly input = document.createElement('input')
  private readonly output = document.createElement('output')
  /** A nominal value may lie between two of the slider's steps. */
  private isTurned = false

  constructor(knob: Knob, onTurn: () => void) {
    this.knob = knob
    this.name = knob.name
    const name = document.createElement('span')
    name.textContent = knob.label
    const { low, high, step } = knob
    Object.assign(this.input, { type: 'range', min: low, max: high, step, name: knob.name })
    this.element.append(name, this.input, this.output)
    this.input.addEventListener('input', () => {
      this.isTurned = true
      this.show()
    })
    this.input.addEventListener('change', onTurn)
    this.reset()
  }

  get value(): number {
    return this.isTurned ? this.input.valueAsNumber : this.knob.nominal
  }

  reset(): void {
    this.isTurned = false
    this.input.value = String(this.knob.nominal)
    this.show()
  }

  private show(): void {
    const { step, unit } = this.knob
    const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))
    const text = `${this.value.toFixed(digits)} ${unit}`.trim()
    this.output.textContent = text
    this.input.setAttribute('aria-valuetext', text)
  }
}
