import type { DrawnParameter, DrawnWorld } from '../../frames.ts'
import { RangeBar } from './range-bar.ts'

const DEGREES = 180 / Math.PI
const DIGITS = 3

interface Row {
  readonly value: HTMLElement
  readonly bar: RangeBar
}

/**
 * Every drawn number by name, with its value, and where it and the other draws lie within its range. Those of
 * the objects first, then single ones, then those of joints and links, folded.
 */
export class ParameterList {
  private readonly parameters: readonly DrawnParameter[]
  private readonly rows: readonly Row[]
  private worlds: readonly DrawnWorld[] = []
  private selected = 0

  constructor(element: HTMLElement, parameters: readonly DrawnParameter[]) {
    this.parameters = parameters
    const items = parameters.map(createItem)
    this.rows = items.map(({ row }) => row)
    element.replaceChildren(
      ...groupsOf(
        parameters,
        items.map(({ item }) => item),
      ),
    )
    if (parameters.length === 0) element.textContent = 'This randomization leaves this arm nominal.'
  }

  setDraws(worlds: readonly DrawnWorld[]): void {
    this.worlds = worlds
    for (const [k, { bar }] of this.rows.entries()) {
      bar.setTicks(worlds.map(({ shares }) => shares[k]!))
    }
    this.select(this.selected)
  }

  /** Shows the values of one draw. */
  select(index: number): void {
    this.selected = index
    const world = this.worlds[index]
    if (world === undefined) return
    for (const [k, { value, bar }] of this.rows.entries()) {
      value.textContent = written(world.values[k]!, this.parameters[k]!.unit)
      bar.setMark(world.shares[k]!)
    }
  }
}

function createItem(parameter: DrawnParameter): { readonly item: HTMLElement; readonly row: Row } {
  const { high, isLog, label, low, name, of, per, unit } = parameter
  const item = document.createElement('li')
  const isFolded = per === 'joint' || per === 'link'
  item.dataset['name'] = name
  item.dataset['of'] = of
  const range = `${short(low)} to ${short(high)} ${unit}`.trim()
  item.title = `${name}: ${range}${isLog ? ', logarithmic' : ''}`
  const value = span('value', '')
  const bar = new RangeBar()
  item.append(
    span('name', isFolded ? of : label),
    value,
    span('low', short(low)),
    bar.element,
    span('high', short(high)),
  )
  return { item, row: { value, bar } }
}

/** The items of each object, all single ones, and of each parameter of joints, under a heading. */
function groupsOf(parameters: readonly DrawnParameter[], items: readonly HTMLElement[]): Node[] {
  const groups = new Map<string, { isFolded: boolean; items: HTMLElement[] }>()
  const order = { object: 0, one: 1, joint: 2, link: 2 }
  const indices = [...parameters.keys()].sort(
    (a, b) => order[parameters[a]!.per] - order[parameters[b]!.per],
  )
  for (const k of indices) {
    const { label, of, per } = parameters[k]!
    const isFolded = per === 'joint' || per === 'link'
    const heading = isFolded
      ? `${label.replace(` per ${per}`, '')}, by ${per}`
      : per === 'object'
        ? of
        : 'arm, world, sensors'
    const group = groups.get(heading) ?? { isFolded, items: [] }
    group.items.push(items[k]!)
    groups.set(heading, group)
  }
  return [...groups].flatMap(([heading, group]) => {
    const list = document.createElement('ul')
    list.append(...group.items)
    const head = document.createElement(group.isFolded ? 'summary' : 'h3')
    head.textContent = heading
    if (!group.isFolded) return [head, list]
    const folded = document.createElement('details')
    folded.append(head, list)
    return [folded]
  })
}

/** `0.0832 kg`, `0.0213 rad (1.2°)`. */
function written(value: number, unit: string): string {
  const angle = unit === 'rad' ? ` (${(DEGREES * value).toFixed(1)}°)` : ''
  return withMinus(`${value.toPrecision(DIGITS)} ${unit}`.trim() + angle)
}

/** An end of a range, without zeros at its end. */
function short(value: number): string {
  return withMinus(String(Number(value.toPrecision(DIGITS))))
}

function withMinus(text: string): string {
  return text.replaceAll('-', '−')
}

function span(className: string, text: string): HTMLElement {
  const element = document.createElement('span')
  element.className = className
  element.textContent = text
  return element
}
