import { DOMParser, type Document, type Element, ParseError } from '@xmldom/xmldom'
import { CodedError } from '../../../configs/load/coded-error.ts'

/** An element of a URDF, with its place for errors. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly line: number
  readonly column: number
}

/** What an error says about where it is: the file's name. */
export interface XmlSource {
  readonly file: string
}

/** The root element of an XML text. Throws ROBOT_URDF_INVALID with line and column. */
export function parseXml(text: string, source: XmlSource): XmlElement {
  let document: Document
  try {
    // Editors of Windows begin a file with a byte order mark, which is no part of the document.
    const content = text.replace(/^\ufeff/, '')
    document = new DOMParser({ locator: true, onError: throwAtOnce }).parseFromString(
      content.trimStart() === '' ? ' ' : content,
      'text/xml',
    )
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause
    const { lineNumber = 1, columnNumber = 1 } = (cause.locator ?? {}) as Partial<Located>
    const reason = cause.message.split('\n')[0]
    throw new CodedError(
      'ROBOT_URDF_INVALID',
      `${source.file}:${lineNumber}:${columnNumber}: not well-formed XML: ${reason}`,
      { cause },
    )
  }
  return elementOf(document.documentElement!)
}

/** Throws ROBOT_URDF_INVALID at an element. */
export function failAt(
  source: XmlSource,
  { name, attributes, line, column }: XmlElement,
  problem: string,
  hint?: string,
): never {
  const named = attributes['name'] === undefined ? '' : ` name="${attributes['name']}"`
  const message = `${source.file}:${line}:${column}: <${name}${named}>: ${problem}`
  throw new CodedError('ROBOT_URDF_INVALID', message, hint === undefined ? {} : { hint })
}

interface Located {
  readonly lineNumber: number
  readonly columnNumber: number
}

function throwAtOnce(level: string, message: string, context: { locator?: unknown }): void {
  if (level === 'warning') return
  throw new ParseError(message, context.locator)
}

function elementOf(element: Element): XmlElement {
  const { lineNumber, columnNumber } = element as Element & Located
  const attributes: Record<string, string> = {}
  for (const { name, value } of Array.from(element.attributes)) attributes[name] = value
  const children: XmlElement[] = []
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === node.ELEMENT_NODE) children.push(elementOf(node as Element))
  }
  return { name: element.tagName, attributes, children, line: lineNumber, column: columnNumber }
}
