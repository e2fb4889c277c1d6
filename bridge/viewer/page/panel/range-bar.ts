import { createDrawing, createPath } from './svg.ts'

const WIDTH = 100
const HEIGHT = 12
const INSET = 2.5

/** A range from its low to its high end: a thin tick for every draw, and a mark for the one looked at. */
export class RangeBar {
  readonly element = createDrawing(`0 0 ${WIDTH} ${HEIGHT}`)
  private readonly ticks = createPath('ticks')
  private readonly mark = createPath('mark')

  constructor() {
    const track = createPath('track', `M0 ${HEIGHT / 2}H${WIDTH}`)
    this.element.append(track, this.ticks, this.mark)
  }

  /** @param shares - of the way from low to high, 0..1; the bar shrinks to make room for others */
  setTicks(shares: readonly number[]): void {
    const beyond = WIDTH * Math.max(0, ...shares.map((share) => Math.max(-share, share - 1)))
    this.element.setAttribute('viewBox', `${-beyond} 0 ${WIDTH + 2 * beyond} ${HEIGHT}`)
    const lines = shares.map((share) => upright(share, INSET))
    this.ticks.setAttribute('d', lines.join(''))
  }

  setMark(share: number): void {
    this.mark.setAttribute('d', upright(share, 0))
    this.mark.dataset['share'] = String(share)
  }
}

function upright(share: number, inset: number): string {
  return `M${(WIDTH * share).toFixed(2)} ${inset}V${HEIGHT - inset}`
}
