import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'

type Scalar = 'int64' | 'float32' | 'float64' | 'bool' | 'string'

/** A column of a table; `isList`: each row holds a list of values. */
export interface Column {
  readonly name: string
  readonly type: Scalar
  readonly isList?: boolean
  readonly rows: readonly unknown[]
}

const ELEMENTS: Readonly<Record<Scalar, Partial<SchemaElement>>> = {
  int64: { type: 'INT64' },
  float32: { type: 'FLOAT' },
  float64: { type: 'DOUBLE' },
  bool: { type: 'BOOLEAN' },
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
}

/**
 * A Parquet file (snappy) of a table, for readers that go by Arrow's types.
 *
 * @param rowGroups - rows of each row group
 */
export function encodeTable(
  columns: readonly Column[],
  rowGroups: readonly number[],
  kvMetadata: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, rows, type }) => ({
      name,
      data: type === 'int64' ? rows.map(toBigInt) : [...rows],
    })),
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(elementsOf)],
    rowGroupSize: [...rowGroups],
    kvMetadata: Object.entries(kvMetadata).map(([key, value]) => ({
      key,
      value: JSON.stringify(value),
    })),
    createdBy: 'sim2arm',
  })
  return new Uint8Array(buffer)
}

const toBigInt = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(BigInt) : BigInt(value as number)

function elementsOf({ isList, name, type }: Column): SchemaElement[] {
  const repetition_type = 'OPTIONAL' as const
  if (isList !== true) return [{ name, repetition_type, ...ELEMENTS[type] }]
  return [
    { name, repetition_type, num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type, ...ELEMENTS[type] },
  ]
}
