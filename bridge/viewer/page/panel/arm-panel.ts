import type { ArmFacts, ArmState, Intervention, RunState } from '../../frames.ts'
import { byId } from './by-id.ts'
import type { HandPanel } from './hand-panel.ts'
import { JointRow } from './joint-row.ts'
import { showTabs } from './tabs.ts'
import { spaced } from './words.ts'
import { write } from './write.ts'

/** A set-point loop later than this is worth a look [s]. */
const LATE_S = 0.005
const MAX_LISTED = 20

/** The arm as its driver tells of it: joints, servos, loop, sensor, and when safety stepped in. */
export class ArmPanel {
  private readonly hand: HandPanel
  private rows: readonly JointRow[] = []
  private shown = ''

  constructor(hand: HandPanel) {
    this.hand = hand
  }

  setFacts(facts: ArmFacts): void {
    const text = JSON.stringify(facts)
    if (text === this.shown) return
    if (this.shown === '') showTabs()
    this.shown = text
    this.rows = facts.joints.map((joint) => {
      const { jogIndex, name } = joint
      return new JointRow(
        joint,
        facts,
        jogIndex === null ? [] : this.hand.jointButtons(jogIndex, name),
      )
    })
    byId('joint-rows').replaceChildren(...this.rows.map(({ element }) => element))
    byId('interventions').replaceChildren()
    const { about, places, source } = facts.sensor
    const frames = places.map(({ name }) => name).join(', ')
    byId('sensor-about').textContent = `${source} (${about})${frames && `; placed: ${frames}`}`
  }

  show(state: RunState, arm: ArmState): void {
    for (const [index, row] of this.rows.entries()) row.show(arm, index)
    const { interventions, loop, objectAgeS, rule } = state
    const { missed, p99S } = arm.timing
    const volts = arm.voltageV.filter((each) => each > 0)
    const hottestC = Math.max(...arm.temperatureC.map((each) => each ?? 0))
    const supply = volts.length > 0 ? `supply ${Math.min(...volts).toFixed(1)} V` : ''
    const heat = hottestC > 0 ? `up to ${hottestC.toFixed(0)} °C` : ''
    write('hottest', [supply, heat].filter((each) => each !== '').join(', '))
    write('arm-rule', rule === '' ? '' : `safety: ${spaced(rule)}`, rule !== '')
    write('arm-rate', Number.isFinite(loop.rateHz) ? `${loop.rateHz.toFixed(0)} Hz` : '–')
    write('arm-p99', `${(1000 * p99S).toFixed(2)} ms`, p99S > LATE_S)
    write('arm-worst', `${(1000 * loop.jitterS).toFixed(2)} ms`, loop.jitterS > LATE_S)
    write('arm-missed', String(missed), missed > 0)
    write(
      'arm-sensor-age',
      objectAgeS === null ? 'nothing yet' : `${(1000 * objectAgeS).toFixed(0)} ms old`,
    )
    byId('joints-about').hidden = arm.streamedAgeS === undefined
    write('streamed-age', `${(1000 * (arm.streamedAgeS ?? Number.NaN)).toFixed(0)} ms old`)
    const count = Object.values(interventions).reduce((sum, each) => sum + each, 0)
    write('intervention-count', count === 0 ? 'never' : `in ${count} cycles`)
  }

  add({ joint, rule, timeS, tip }: Intervention): void {
    const item = document.createElement('li')
    const when = span('when', `${timeS.toFixed(1)} s`)
    const [x, y, z] = tip.map((each) => (100 * each).toFixed(0))
    item.title = `tool at ${x}, ${y}, ${z} cm`
    item.append(when, span('what', spaced(rule)), span('where', joint.replaceAll('_', ' ')))
    const list = byId('interventions')
    list.prepend(item)
    while (list.children.length > MAX_LISTED) list.lastElementChild!.remove()
  }
}

function span(className: string, text: string): HTMLElement {
  const element = document.createElement('span')
  element.className = className
  element.textContent = text
  return element
}
