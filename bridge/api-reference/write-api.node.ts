import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onDisk } from '../../configs/load/disk-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { readApi } from './read-api.ts'
import { type ApiModule, renderApi } from './render-api.ts'

interface PackageFacts {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, string | { readonly types?: string }>>
}

/** What every entry point of the built package exports. */
export function apiModules(): readonly ApiModule[] {
  const { exports, name } = readPackage()
  const read = (file: string) => readFileSync(join(packageRoot(), file), 'utf8')
  return Object.entries(exports).flatMap(([path, target]) => {
    const types = typeof target === 'string' ? undefined : target.types
    if (types === undefined) return []
    return [{ specifier: path.replace('.', name), entries: readApi(types.replace('./', ''), read) }]
  })
}

/** Writes the reference as one HTML page. Throws BRIDGE_DISK. */
export function writeApi(file: string): void {
  const page = renderApi(apiModules(), readPackage().version)
  onDisk(`cannot write ${file}`, () => writeFileSync(file, page))
}

function readPackage(): PackageFacts {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as PackageFacts
}
