import { existsSync, readdirSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'

export interface PageFile {
  /** Where it lies. */
  readonly path: string
  readonly type: string
  /** Named after its content: may be kept for ever. */
  readonly isImmutable: boolean
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.glb': 'model/gltf-binary',
}

/**
 * The built pages by URL path (`/`, `/demo/`, `/assets/…`), listed once: nothing outside `folder` can be asked for.
 * Throws BRIDGE_OPTION_MISSING where it was not built.
 */
export function listPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new CodedError('BRIDGE_OPTION_MISSING', `no viewer page in ${folder}`, {
      hint: 'npm run build',
    })
  }
  const files = new Map<string, PageFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    const isImmutable = path.startsWith('/assets/')
    const page: PageFile = { path: file, type, isImmutable }
    files.set(path, page)
    if (entry.name === 'index.html') files.set(path.slice(0, -entry.name.length), page)
  }
  return files
}
