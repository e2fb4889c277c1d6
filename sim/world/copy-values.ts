/** Numbers, arrays of them, and records and lists of those. */
export interface Values {
  [name: string]: unknown
}

/**
 * Copies every value of `from` into a structure of the same form, whose records and arrays stay what they are
 * to those who hold them.
 */
export function copyValues<Form extends object>(from: Form, to: Form): void {
  const [source, target] = [from, to] as unknown as [Values, Values]
  for (const [name, value] of Object.entries(source)) {
    const place = target[name]
    if (ArrayBuffer.isView(value)) (place as Float64Array).set(value as Float64Array)
    else if (typeof value === 'object' && value !== null) copyValues(value, place as object)
    else target[name] = value
  }
}

/** Multiplies every number. */
export function scaleInPlace(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = factor * values[i]!
}
