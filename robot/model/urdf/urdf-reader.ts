import { failAt, type XmlElement, type XmlSource } from './xml.ts'

type Vector3 = readonly [number, number, number]

/** Reads attributes and children of URDF elements, with errors at their place. */
export class UrdfReader {
  readonly #source: XmlSource

  constructor(source: XmlSource) {
    this.#source = source
  }

  /** Throws ROBOT_URDF_INVALID at the element. */
  fail(element: XmlElement, problem: string, hint?: string): never {
    return failAt(this.#source, element, problem, hint)
  }

  children(element: XmlElement, name: string): XmlElement[] {
    return element.children.filter((child) => child.name === name)
  }

  child(element: XmlElement, name: string): XmlElement | undefined {
    const [first, second] = this.children(element, name)
    if (second !== undefined) this.fail(second, `expected one <${name}> only`)
    return first
  }

  need(element: XmlElement, name: string): XmlElement {
    return this.child(element, name) ?? this.fail(element, `expected <${name}>`)
  }

  text(element: XmlElement, attribute: string): string {
    const value = element.attributes[attribute]
    if (value === undefined || value === '') this.fail(element, `expected ${attribute}="…"`)
    return value
  }

  number(element: XmlElement, attribute: string): number {
    return this.#numberIn(element, attribute, this.text(element, attribute))
  }

  /** Three numbers; `absent` where there is no such attribute. */
  vector(element: XmlElement, attribute: string, absent?: Vector3): Vector3 {
    const text = element.attributes[attribute]
    if (text === undefined && absent !== undefined) return absent
    const parts = this.text(element, attribute).trim().split(/\s+/)
    if (parts.length !== 3) {
      this.fail(element, `expected three numbers in ${attribute}, found "${text}"`)
    }
    return parts.map((part) => this.#numberIn(element, attribute, part)) as unknown as Vector3
  }

  #numberIn(element: XmlElement, attribute: string, text: string): number {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value)) return value
    return this.fail(element, `expected a number in ${attribute}, found "${text}"`)
  }
}
