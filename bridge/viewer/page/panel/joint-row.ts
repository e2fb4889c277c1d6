import type { ArmFacts, ArmJoint, ArmState } from '../../frames.ts'
import { createDrawing, createPath } from './svg.ts'

const DEGREES = 180 / Math.PI
/** Warnings come before safety acts: share of the way to the limit. */
const WARM_SHARE = 0.9
const LOADED_SHARE = 0.8
/** A target that safety changed by less looks the same [rad]. */
const SAME_RAD = 0.002

/** One joint: where it is between its limits, its targets, and how its servo does. */
export class JointRow {
  readonly element = document.createElement('tr')
  private readonly joint: ArmJoint
  private readonly facts: ArmFacts
  private readonly marks = {
    wanted: createPath('wanted'),
    sent: createPath('sent'),
    measured: createPath('measured'),
  }
  private readonly angle = document.createElement('td')
  private readonly temperature = document.createElement('td')
  private readonly voltage = document.createElement('td')
  private readonly load = document.createElement('td')

  /** @param buttons - at the low and the high end of its travel */
  constructor(joint: ArmJoint, facts: ArmFacts, buttons: readonly HTMLElement[]) {
    this.joint = joint
    this.facts = facts
    const head = document.createElement('th')
    head.scope = 'row'
    head.textContent = joint.name.replaceAll('_', ' ')
    const travel = document.createElement('td')
    travel.className = 'travel'
    travel.title = `${degrees(joint.lower)} to ${degrees(joint.upper)}`
    const line = document.createElement('span')
    const [low, high] = buttons
    line.append(...(low ? [low] : []), this.bar(), ...(high ? [high] : []))
    travel.append(line)
    this.element.append(head, travel, this.angle, this.temperature, this.voltage, this.load)
  }

  show({ load, q, sentQ, temperatureC, voltageV, wantedQ }: ArmState, index: number): void {
    const { maxTemperatureC, supplyV } = this.facts
    const [sent, wanted] = [sentQ[index]!, wantedQ[index]!]
    this.mark('measured', q[index]!)
    this.mark('sent', sent)
    const isCut = Math.abs(wanted - sent) > SAME_RAD
    this.mark('wanted', isCut ? wanted : Number.NaN)
    if (isCut) this.element.dataset['acting'] = ''
    else delete this.element.dataset['acting']
    write(this.angle, finite(DEGREES * q[index]!, 1), false)
    const celsius = known(temperatureC[index])
    write(this.temperature, finite(celsius, 0), celsius > WARM_SHARE * maxTemperatureC)
    const volts = known(voltageV[index])
    write(this.voltage, finite(volts, 1), volts < supplyV[0] || volts > supplyV[1])
    const share = load[index] ?? Number.NaN
    write(this.load, `${finite(100 * share, 0)} %`, Math.abs(share) > LOADED_SHARE)
  }

  private bar(): SVGSVGElement {
    const bar = createDrawing('0 0 100 14')
    bar.append(createPath('track', 'M0 7H100'), ...Object.values(this.marks))
    return bar
  }

  private mark(name: keyof typeof this.marks, q: number): void {
    const { lower, upper } = this.joint
    const at = (100 * (q - lower)) / (upper - lower)
    const shown = Math.min(104, Math.max(-4, at))
    this.marks[name].setAttribute('d', Number.isFinite(at) ? `M${shown.toFixed(2)} 1V13` : '')
  }
}

/** What a driver does not know it gives as 0, or as no number; JSON has null for the latter. */
function known(value: number | null | undefined): number {
  return value === null || value === undefined || value === 0 ? Number.NaN : value
}

function write(cell: HTMLElement, text: string, isWarning: boolean): void {
  if (cell.textContent !== text) cell.textContent = text
  cell.classList.toggle('is-warning', isWarning)
}

function finite(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–'
}

function degrees(rad: number): string {
  return `${(DEGREES * rad).toFixed(0)}°`
}
