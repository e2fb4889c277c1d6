import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readApi } from '../../bridge/api-reference/read-api.ts'
import { renderApi } from '../../bridge/api-reference/render-api.ts'
import { apiModules } from '../../bridge/api-reference/write-api.node.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, { default?: string }>
}

describe('the API reference', () => {
  const modules = apiModules()

  it.each(modules.map(({ specifier }) => specifier))(
    'knows everything that %s exports at run time, and says what it is for',
    async (specifier) => {
      const { default: file } = exports[specifier.replace('sim2arm', '.')]!
      const names = Object.keys(await import(pathToFileURL(join(ROOT, file!)).href))
      const entries = modules.find((each) => each.specifier === specifier)!.entries
      expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
      expect(names.length).toBeGreaterThan(0)
      // Of interfaces each member says what it is.
      const silent = entries.filter(({ doc, name }) => doc === '' && names.includes(name))
      expect(silent.map(({ name }) => name)).toEqual([])
    },
  )

  it('reads declarations as they are written: overloads, private parts, other names', () => {
    const files: Record<string, string> = {
      'a/index.d.ts': `export { Pen as Pencil, draw } from './pen.ts';\nexport * from '../b.ts';\n`,
      'a/pen.d.ts': `/** A pen. */
export declare class Pen {
    #private;
    private readonly ink;
    /** { not a brace } */
    readonly widthM: number;
}
/**
 * Draws.
 * @param lengthM - how far [m]
 */
export declare function draw(lengthM: number): { readonly done: boolean; };
export declare function draw(): void;
export declare const hidden = 1;
`,
      'b.d.ts': '/** Two ends. */\nexport type Ends = readonly [a: number; b: number];\n',
    }
    expect(readApi('a/index.d.ts', (path) => files[path]!)).toEqual([
      {
        name: 'draw',
        kind: 'function',
        doc: 'Draws.\n@param lengthM - how far [m]',
        declaration:
          'function draw(lengthM: number): { readonly done: boolean; }\nfunction draw(): void',
      },
      {
        name: 'Ends',
        kind: 'type',
        doc: 'Two ends.',
        declaration: 'type Ends = readonly [a: number; b: number]',
      },
      {
        name: 'Pencil',
        kind: 'class',
        doc: 'A pen.',
        declaration: 'class Pen {\n    /** { not a brace } */\n    readonly widthM: number\n}',
      },
    ])
  })

  it('is a page whose links lead somewhere and whose code is no markup', () => {
    const entries = readApi('x.d.ts', () => 'export declare function f<T>(a: T): Promise<T>;\n')
    const page = renderApi([{ specifier: 'sim2arm/robot', entries }], '1.0.0')
    expect(page).toContain('function f&lt;T&gt;(a: T): Promise&lt;T&gt;')
    const ids = new Set([...page.matchAll(/id="([^"]+)"/g)].map(([, id]) => id))
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(links.filter((id) => !ids.has(id))).toEqual([])
    expect(links).toHaveLength(2)
  })
})
