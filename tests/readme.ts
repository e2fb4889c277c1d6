import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** Paths of the README and the guides, from the root. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs')).map((file) => `docs/${file}`),
]

const text = DOCUMENTS.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n## \n')

export interface ReadmeBlock {
  readonly language: string
  readonly text: string
  /** Name of the file that its first line says it is. */
  readonly file: string | undefined
}

/** The fenced blocks under a heading of the README or a guide, in order. Throws where there are none. */
export function readmeBlocks(heading: string): readonly ReadmeBlock[] {
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const [untilNext = ''] = section.split('\n## ')
  const blocks = [...untilNext.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, block]) => ({
    language: language!,
    text: block!,
    file: /^(?:\/\/|#) ([\w-]+\.\w+)/.exec(block!)?.[1],
  }))
  if (blocks.length === 0) throw new Error(`no blocks under "${heading}" in README.md or docs`)
  return blocks
}

/** The file that a block under a heading is. */
export function readmeFile(heading: string, file: string): string {
  const found = readmeBlocks(heading).find((block) => block.file === file)
  if (found === undefined) throw new Error(`no ${file} under "${heading}" in README.md or docs`)
  return found.text
}

/** The shell commands under a heading. */
export function readmeCommands(heading: string): readonly string[] {
  return readmeBlocks(heading)
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => block.text.trim().split('\n'))
}

/** The words of a simple shell line: quotes keep spaces together. */
export function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/["']/g, ''),
  )
}
