import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const ROOT = new URL('../../../', import.meta.url)

/** Puts the licence, and the notices of what the pages show of others, beside them. */
export function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle() {
      for (const name of ['LICENSE', 'NOTICE']) {
        const source = readFileSync(new URL(name, ROOT))
        this.emitFile({ type: 'asset', fileName: `${name}.txt`, source })
      }
    },
  }
}
