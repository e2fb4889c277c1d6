/** A name that an entry point of the package exports. */
export interface ApiEntry {
  readonly name: string
  readonly kind: 'function' | 'const' | 'class' | 'interface' | 'type'
  /** Its doc comment as text; empty where it has none. */
  readonly doc: string
  /** As declared, without what is private. */
  readonly declaration: string
}

/** Text of a declaration file by its path; paths go by `/`. */
export type ReadDeclarations = (path: string) => string

const EXPORTED = /export (?:declare )?(?:abstract )?(function|const|class|interface|type) (\w+)/g
const LISTED = /export (?:type )?\{([^}]*)\} from .([^']+)'/g
const STARRED = /export \* from .([^']+)'/g

/** All that the declaration file at `path` exports, by name. */
export function readApi(path: string, read: ReadDeclarations): readonly ApiEntry[] {
  const found = new Map<string, ApiEntry>()
  collect(path, read, found)
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

function collect(path: string, read: ReadDeclarations, found: Map<string, ApiEntry>): void {
  const text = read(path)
  for (const [, , name] of text.matchAll(EXPORTED)) add(found, entryOf(text, name!, name!))
  for (const [, from] of text.matchAll(STARRED)) collect(besides(path, from!), read, found)
  for (const [, list, from] of text.matchAll(LISTED)) {
    const exported = new Map<string, ApiEntry>()
    collect(besides(path, from!), read, exported)
    for (const part of list!.split(',').map((each) => each.trim().replace(/^type /, ''))) {
      const [name, as = name] = part.split(' as ')
      const entry = exported.get(name!)
      if (entry !== undefined) add(found, { ...entry, name: as! })
    }
  }
}

function add(found: Map<string, ApiEntry>, entry: ApiEntry): void {
  if (!found.has(entry.name)) found.set(entry.name, entry)
}

function entryOf(text: string, name: string, as: string): ApiEntry {
  const declared = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s*)?export (?:declare )?(?:abstract )?(function|const|class|interface|type) ${name}\\b`,
    'g',
  )
  const all = [...text.matchAll(declared)]
  const kind = all[0]![2] as ApiEntry['kind']
  const doc = all.map(([, comment]) => comment ?? '').find((comment) => comment !== '') ?? ''
  const declaration = all
    .map((match) => statementAt(text, match.index + (match[1]?.length ?? 0)))
    .join('\n')
  return { name: as, kind, doc: plain(doc), declaration: withoutPrivate(declaration) }
}

/** From `start` to the end of the statement: a `;`, or the `}` of a class or an interface. */
function statementAt(text: string, start: number): string {
  const endsWithBrace = /^export (?:declare )?(?:abstract )?(?:class|interface)/.test(
    text.slice(start),
  )
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text.startsWith('/*', at)) at = text.indexOf('*/', at) + 1
    else if ('([{'.includes(text[at]!)) depth++
    else if (')]}'.includes(text[at]!)) {
      depth--
      if (depth === 0 && endsWithBrace && text[at] === '}') return text.slice(start, at + 1)
    } else if (text[at] === ';' && depth === 0) return text.slice(start, at)
  }
  return text.slice(start)
}

function withoutPrivate(declaration: string): string {
  return declaration
    .replace(/^export (?:declare )?/gm, '')
    .replace(/^ *(?:private .*|#private;)\n/gm, '')
    .replace(/;$/gm, '')
}

function plain(comment: string): string {
  return comment
    .trim()
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^ *\* ?/gm, '')
    .trim()
}

/** The declaration file of a module named beside `path`. */
function besides(path: string, from: string): string {
  const parts = path.split('/').slice(0, -1)
  for (const part of from.replace(/\.(ts|js)$/, '.d.ts').split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
