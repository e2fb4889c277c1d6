const SVG = 'http://www.w3.org/2000/svg'
const WIDTH = 100
const HEIGHT = 12
const INSET = 2.5

/** A range from its low to its high end: a thin tick for every draw, and a mark for the one looked at. */
export class RangeBar {
  readonly element: SVGSVGElement
  private readonly ticks = path('ticks')
  private readonly mark = path('mark')

  constructor() {
    this.element = document.createElementNS(SVG, 'svg')
    this.element.setAttribute('preserveAspectRatio', 'none')
    this.element.setAttribute('aria-hidden', 'true')
    const track = path('track')
    track.setAttribute('d', `M0 ${HEIGHT / 2}H${WIDTH}`)
    this.element.append(track, this.ticks, this.mark)
    this.setTicks([])
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

function path(className: string): SVGPathElement {
  const element = document.createElementNS(SVG, 'path')
  element.setAttribute('class', className)
  return element
}
