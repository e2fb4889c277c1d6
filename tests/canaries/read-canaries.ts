import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const ROOT = join(import.meta.dirname, '..', '..')

/** A breakage: one place in one file, and the test files or folders that have to turn red. */
export interface Canary {
  readonly name: string
  readonly file: string
  /** Stands in the file once, on one line. */
  readonly find: string
  readonly replace: string
  readonly tests: readonly string[]
}

export function readCanaries(): readonly Canary[] {
  return parse(readFileSync(join(import.meta.dirname, 'canaries.yaml'), 'utf8')) as Canary[]
}

/** The file's text with the breakage in it. @param text - of the file */
export function breakText(text: string, { file, find, name, replace }: Canary): string {
  const parts = text.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new Error(`${name}: expected its line once in ${file}, found it ${parts.length - 1} times`)
}
