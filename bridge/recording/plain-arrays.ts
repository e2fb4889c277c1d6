/**
 * A message with ordinary arrays in place of typed ones: JSON and schemas know no others, and rclnodejs sends the
 * whole buffer behind a typed one, in its own element type.
 */
export function plainArrays(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>)
  if (Array.isArray(value)) return value.map(plainArrays)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainArrays(each)]))
}
