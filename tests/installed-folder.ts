import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** An empty folder in which this checkout, as it is built, is installed. The caller removes it. */
export function createInstalledFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sim2arm-installed-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  symlinkSync(ROOT, join(modules, 'sim2arm'))
  symlinkSync(join('..', 'sim2arm', 'bridge', 'sim2arm.js'), join(modules, '.bin', 'sim2arm'))
  return folder
}
