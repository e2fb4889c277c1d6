import { DOMParser, type Document, type Element } from '@xmldom/xmldom'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { Finish } from './arm-mesh.schema.ts'
import type { TriangleSoup } from './triangle-soup.ts'

/** Materials brighter than this are a shell's. */
const LIGHT = 0.5

/**
 * The triangles of a COLLADA scene of plain nodes, each with one matrix and meshes of triangles, in metres: as Blender
 * exports it. Throws CONFIG_SYNTAX.
 *
 * @param file - named in errors
 */
export function readDae(text: string, file: string): TriangleSoup[] {
  const document = new DOMParser().parseFromString(text, 'text/xml')
  const fail = (problem: string): never => {
    throw new CodedError('CONFIG_SYNTAX', `${file}: expected a COLLADA scene, found ${problem}`)
  }
  if (Number(first(document, 'unit')?.getAttribute('meter')) !== 1) fail('another unit than metres')
  if (textOf(document, 'up_axis') !== 'Z_UP') fail('another axis than z upwards')
  const byId = new Map(all(document, '*').map((each) => [`#${each.getAttribute('id')}`, each]))
  const find = (reference: string | null): Element =>
    byId.get(reference ?? '') ?? fail(`no element ${reference}`)
  return all(document, 'instance_geometry').map((instance) => {
    const matrix = numbersOf(instance.parentNode as Element, 'matrix')
    const mesh = find(instance.getAttribute('url'))
    const material = find(first(instance, 'instance_material')?.getAttribute('target') ?? null)
    const effect = find(first(material, 'instance_effect')?.getAttribute('url') ?? null)
    return { finish: finishOf(effect), corners: placed(cornersOf(mesh, find), matrix) }
  })
}

function finishOf(effect: Element): Finish {
  const diffuse = first(effect, 'diffuse')
  const [red = 0, green = 0, blue = 0] = diffuse === undefined ? [] : numbersOf(diffuse, 'color')
  // Luminance of linear colours (ITU-R BT.709).
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > LIGHT ? 'shell' : 'motor'
}

function cornersOf(mesh: Element, find: (reference: string | null) => Element): Float64Array {
  const positions = numbersOf(find(inputOf(first(mesh, 'vertices')!, 'POSITION')), 'float_array')
  const corners = all(mesh, 'triangles').flatMap((triangles) => {
    const inputs = all(triangles, 'input')
    const stride = 1 + Math.max(...inputs.map((each) => Number(each.getAttribute('offset'))))
    const vertex = inputs.find((each) => each.getAttribute('semantic') === 'VERTEX')!
    const offset = Number(vertex.getAttribute('offset'))
    return numbersOf(triangles, 'p').filter((_each, k) => k % stride === offset)
  })
  return Float64Array.from(corners.flatMap((k) => positions.slice(3 * k, 3 * k + 3)))
}

function inputOf(element: Element, semantic: string): string | null {
  const input = all(element, 'input').find((each) => each.getAttribute('semantic') === semantic)
  return input?.getAttribute('source') ?? null
}

/** @param matrix - of the node, rows first [16] */
function placed(corners: Float64Array, matrix: readonly number[]): Float64Array {
  return corners.map((_each, i) => {
    const [row, at] = [4 * (i % 3), i - (i % 3)]
    return (
      matrix[row]! * corners[at]! +
      matrix[row + 1]! * corners[at + 1]! +
      matrix[row + 2]! * corners[at + 2]! +
      matrix[row + 3]!
    )
  })
}

function all(element: Document | Element, name: string): Element[] {
  return Array.from(element.getElementsByTagName(name))
}

function first(element: Document | Element, name: string): Element | undefined {
  return all(element, name)[0]
}

function textOf(element: Document | Element, name: string): string {
  return first(element, name)?.textContent?.trim() ?? ''
}

function numbersOf(element: Element, name: string): number[] {
  return textOf(element, name).split(/\s+/).map(Number)
}
