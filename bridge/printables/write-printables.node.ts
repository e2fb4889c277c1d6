import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { loadConfig } from '../../configs/load/load.node.ts'
import { tableSheetSchema } from '../../robot/calibration/table-sheet.schema.ts'
import { loadTask } from '../../sim/tasks/load-task.node.ts'
import { armSection } from '../../sim/tasks/resolve-task.ts'
import { drawSheet, drawTagSheet } from './draw-sheet.ts'
import { type PrintablePart, printablesSchema } from './printables.schema.ts'
import { box, cylinder, slottedAngle, stlBytes } from './solids.ts'

/** Writes the sheet (SVG) and the parts (STL, and SVG for tags) into a folder; the files' paths. Throws BRIDGE_DISK. */
export function writePrintables(folder: string): string[] {
  const sheet = loadConfig('sheets', 'table-sheet', tableSheetSchema)
  const { parts } = loadConfig('printables', 'parts', printablesSchema)
  const files: (readonly [string, string | Uint8Array])[] = [
    [`${sheet.name}.svg`, drawSheet(sheet)],
    ...parts.map((part) => makePart(part)),
  ]
  return onDisk(`cannot write into ${folder}`, () => {
    mkdirSync(folder, { recursive: true })
    return files.map(([name, content]) => {
      const file = join(folder, name)
      writeFileSync(file, content)
      return file
    })
  })
}

function makePart(part: PrintablePart): readonly [string, string | Uint8Array] {
  switch (part.kind) {
    case 'tag':
      return [`${part.name}.svg`, drawTagSheet(part.id, part.sizeM)]
    case 'mount':
      return [`${part.name}.stl`, stlBytes(slottedAngle(part))]
    case 'object':
      return [`${part.name}.stl`, stlBytes(solidOf(part))]
  }
}

function solidOf(part: Extract<PrintablePart, { kind: 'object' }>) {
  const { objects } = armSection(loadTask(part.task), part.arm)
  const object = objects.find(({ name }) => name === part.object)
  if (object === undefined) {
    throw new CodedError('CONFIG_UNKNOWN_NAME', `${part.task} has no object ${part.object}`, {
      hint: `it has ${objects.map(({ name }) => name).join(', ')}`,
    })
  }
  const [x, y, z] = object.halfSizeM
  return object.kind === 'cylinder' ? cylinder(x, 2 * z) : box([2 * x, 2 * y, 2 * z])
}
