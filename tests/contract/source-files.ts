import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
/** Left to right: each may import itself and what stands before it. */
export const AREAS = ['configs', 'robot', 'sim', 'policy', 'bridge'] as const

export interface Import {
  /** As written. */
  readonly specifier: string
  /** Path from the root where the specifier is relative, null for a package. */
  readonly path: string | null
  /** `fs` of `node:fs/promises` is `node:fs/promises`; `@a/b/c` is `@a/b`. */
  readonly library: string | null
  readonly isTypeOnly: boolean
}

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^'"`;]*?\sfrom\s+)?'([^']+)'/g
const DYNAMIC_IMPORT = /\bimport\(\s*'([^']+)'\s*\)/g

/** All TypeScript sources of the areas, outside AssemblyScript. */
export function readSources(): readonly SourceFile[] {
  return AREAS.flatMap((area) =>
    (readdirSync(join(ROOT, area), { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts') && !file.includes(join('kernels', 'assembly')))
      .map((file) => posixPath(join(area, file)))
      .sort()
      .map(readSource),
  )
}

export function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const fixed = [...text.matchAll(IMPORT)].map((match) =>
    describeImport(path, match[2]!, match[1] !== undefined),
  )
  const dynamic = [...text.matchAll(DYNAMIC_IMPORT)].map((match) =>
    describeImport(path, match[1]!, false),
  )
  return { path, text, imports: [...fixed, ...dynamic] }
}

function describeImport(from: string, specifier: string, isTypeOnly: boolean): Import {
  if (specifier.startsWith('.')) {
    const path = posix.join(dirname(from), specifier)
    return { specifier, path, library: null, isTypeOnly }
  }
  const parts = specifier.split('/')
  const library = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
  const isNode = specifier.startsWith('node:')
  return { specifier, path: null, library: isNode ? specifier : library, isTypeOnly }
}

function posixPath(path: string): string {
  return relative(ROOT, join(ROOT, path)).split(sep).join('/')
}
