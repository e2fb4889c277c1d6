import type { ZodType } from 'zod'

/** The part of zod's own description of a schema that this file walks. */
interface Definition {
  readonly type: string
  readonly shape?: Readonly<Record<string, ZodType>>
  readonly innerType?: ZodType
  readonly element?: ZodType
  readonly keyType?: ZodType
  readonly valueType?: ZodType
  readonly entries?: Readonly<Record<string, string>>
  readonly items?: readonly ZodType[]
  readonly options?: readonly ZodType[]
  readonly in?: ZodType
  readonly left?: ZodType
  readonly right?: ZodType
  readonly getter?: () => ZodType
}

/** Keys that an object at `path` may have, over all branches of unions; empty where any key is allowed. */
export function schemaKeysAt(schema: ZodType, path: readonly PropertyKey[]): readonly string[] {
  const keys = new Set<string>()
  for (const at of path.reduce(stepInto, unwrap(schema))) {
    const { keyType, shape } = definition(at)
    const listed = keyType === undefined ? {} : definition(keyType).entries
    for (const key of Object.keys(shape ?? listed ?? {})) keys.add(key)
  }
  return [...keys]
}

function stepInto(schemas: readonly ZodType[], key: PropertyKey): readonly ZodType[] {
  return schemas.flatMap((schema) => {
    const { shape, element, valueType, items } = definition(schema)
    const child = shape?.[String(key)] ?? element ?? valueType ?? items?.[Number(key)]
    return child === undefined ? [] : unwrap(child)
  })
}

/** Objects, arrays and records below optional, default, union, pipe, intersection and lazy. */
function unwrap(schema: ZodType): readonly ZodType[] {
  const { type, innerType, options, in: input, left, right, getter } = definition(schema)
  if (innerType !== undefined) return unwrap(innerType)
  if (options !== undefined) return options.flatMap(unwrap)
  if (type === 'pipe' && input !== undefined) return unwrap(input)
  if (left !== undefined && right !== undefined) return [...unwrap(left), ...unwrap(right)]
  if (getter !== undefined) return unwrap(getter())
  return [schema]
}

function definition(schema: ZodType): Definition {
  return schema.def as unknown as Definition
}
