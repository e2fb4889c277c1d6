import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)

/** Whether an optional package is installed; nothing is loaded. */
export function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}

/**
 * Loads a package that users install only if they want what it gives. The caller says what it looks like.
 * Rejects with what the package says when it cannot be loaded.
 */
export async function loadOptional<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(require.resolve(name)).href)) as Module
}
