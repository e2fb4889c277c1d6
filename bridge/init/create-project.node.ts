import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { onDisk } from '../../configs/load/disk-error.ts'
import { packageRoot, packageVersion } from '../../configs/load/load.node.ts'

/** Where the files of a new project lie in the package. */
const TEMPLATE = 'bridge/init/project'
/** How the template's YAMLs name the folder of schemas. */
const TEMPLATE_SCHEMAS = '../../../configs/schemas/'

export interface CreatedProject {
  /** As it was asked for. */
  readonly folder: string
  readonly files: readonly string[]
  /** Whether `npm install` has to come first: the package is not yet found from the folder. */
  readonly needsInstall: boolean
}

/**
 * Begins a project in a folder that is empty or not there yet. Leaves nothing behind when it fails: throws
 * BRIDGE_FOLDER_TAKEN for a folder with something in it, BRIDGE_DISK when it cannot be written.
 */
export function createProject(folder: string): CreatedProject {
  const wasThere = existsSync(folder)
  // Not recursive: Node's hangs for good where a file system refuses a folder with ENOENT.
  if (!wasThere) onDisk(`cannot make ${folder}`, () => mkdirSync(folder))
  const [first] = onDisk(`cannot read ${folder}`, () => readdirSync(folder))
  if (first !== undefined) {
    throw new CodedError('BRIDGE_FOLDER_TAKEN', `${folder} is not empty: it has ${first}`, {
      hint: 'name a folder that is empty or does not exist yet',
    })
  }
  const files = projectFiles(folder)
  try {
    for (const [name, text] of files) {
      const path = join(folder, name)
      onDisk(`cannot write ${path}`, () => writeFileSync(path, text, { flag: 'wx' }))
    }
  } catch (error) {
    for (const name of files.keys()) rmSync(join(folder, name), { force: true })
    if (!wasThere) rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return { folder, files: [...files.keys()], needsInstall: installedAbove(folder) === undefined }
}

/** Texts by file name. */
function projectFiles(folder: string): Map<string, string> {
  const template = join(packageRoot(), TEMPLATE)
  const installed = installedAbove(folder) ?? join(resolve(folder), 'node_modules', 'sim2arm')
  const schemas = `${slashes(relative(resolve(folder), join(installed, 'configs', 'schemas')))}/`
  const files = new Map([
    ['package.json', `${JSON.stringify(manifest(folder), undefined, 2)}\n`],
    ['.gitignore', 'node_modules/\nruns/\n'],
  ])
  for (const name of readdirSync(template).sort()) {
    const text = readFileSync(join(template, name), 'utf8')
    files.set(name, text.replaceAll(TEMPLATE_SCHEMAS, schemas))
  }
  return files
}

function manifest(folder: string) {
  const isFound = installedAbove(folder) !== undefined
  const from = slashes(relative(resolve(folder), packageRoot()))
  return {
    name: packageName(basename(resolve(folder))),
    version: '0.0.0',
    private: true,
    type: 'module',
    dependencies: { sim2arm: isFound ? packageVersion() : `file:${from}` },
  }
}

/** The package where Node finds it from a folder. */
function installedAbove(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = join(at, 'node_modules', 'sim2arm')
    if (existsSync(join(found, 'package.json'))) return found
    if (dirname(at) === at) return undefined
  }
}

/** What npm takes as a name. */
function packageName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
  return name === '' || name === 'sim2arm' ? 'my-project' : name
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/')
}
