import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ZodType } from 'zod'
import { unknownNameHint } from './closest-name.ts'
import { CodedError } from './coded-error.ts'
import { parseConfig } from './parse-config.ts'

export interface LoadConfigOptions {
  /** Overrides `path=value`, see `parseConfig`. */
  readonly set?: readonly string[]
}

/**
 * The checked config `configs/<kind>/<name>.yaml`, or the file at a path (anything with a slash, or
 * ending in `.yaml` or `.yml`).
 */
export function loadConfig<T>(
  kind: string,
  nameOrPath: string,
  schema: ZodType<T>,
  options: LoadConfigOptions = {},
): T {
  const { file, text } = readConfigText(kind, nameOrPath)
  return parseConfig(text, schema, { file, ...options })
}

/** The unchecked text that `loadConfig` would read, and its file. */
export function readConfigText(kind: string, nameOrPath: string): { file: string; text: string } {
  const file = isPath(nameOrPath)
    ? nameOrPath
    : join(packageRoot(), 'configs', kind, `${nameOrPath}.yaml`)
  return { file, text: readText(file, kind, nameOrPath) }
}

/** Names that `loadConfig(kind, …)` knows, sorted. */
export function listConfigs(kind: string): string[] {
  const folder = join(packageRoot(), 'configs', kind)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()
}

let knownRoot: string | undefined

/** Folder of the installed package: the nearest one upwards whose package.json is named sim2arm. */
export function packageRoot(): string {
  knownRoot ??= findPackageRoot(dirname(fileURLToPath(import.meta.url)))
  return knownRoot
}

/** Version of the installed package. */
export function packageVersion(): string {
  const manifest = readFileSync(join(packageRoot(), 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }
      if (name === 'sim2arm') return folder
    }
    if (dirname(folder) === folder) {
      throw new CodedError('CONFIG_FILE_MISSING', `no sim2arm package.json above ${start}`)
    }
  }
}

function isPath(nameOrPath: string): boolean {
  return /[/\\]|\.ya?ml$/.test(nameOrPath)
}

function readText(file: string, kind: string, nameOrPath: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (isPath(nameOrPath)) {
      const message = `expected a readable ${kind} config at ${file}, found none`
      throw new CodedError('CONFIG_FILE_MISSING', message, { hint: 'check the path', cause })
    }
    throw new CodedError('CONFIG_UNKNOWN_NAME', `no config "${nameOrPath}" in configs/${kind}`, {
      hint: unknownNameHint(nameOrPath, listConfigs(kind)),
      cause,
    })
  }
}
