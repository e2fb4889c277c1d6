const SVG = 'http://www.w3.org/2000/svg'

/** A drawing that takes the size it is given, and says nothing that is not said in words beside it. */
export function createDrawing(viewBox: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', viewBox)
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('aria-hidden', 'true')
  return svg
}

export function createPath(className: string, d = ''): SVGPathElement {
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('class', className)
  path.setAttribute('d', d)
  return path
}
