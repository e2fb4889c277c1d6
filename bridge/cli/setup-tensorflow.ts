import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { packageRoot } from '../../configs/load/load.node.ts'
import { isInstalled } from '../../configs/load/load-optional.node.ts'

/** The last release of the binding, and a TensorFlow that it compiles against. */
const BINDING = '@tensorflow/tfjs-node@4.22.0'
const LIBRARY = 'tensorflow-cpu==2.15.1'
/** Wheels for the interpreter in whose name this one asks: what is taken from them knows no Python. */
const WHEEL = ['--python-version', '3.11', '--abi', 'cp311', '--platform', 'manylinux2014_x86_64']

/**
 * Makes the `tensorflow` backend work: the binding from npm, the library and its headers from PyPI's wheel
 * (current, and reachable where the binding's own download is not), compiled together. Takes some minutes;
 * run again, it goes on where it stopped. Throws BRIDGE_OPTION_MISSING with what is missing.
 */
export async function setUpTensorflow(tell: (line: string) => void, signal: AbortSignal) {
  checkMachine()
  const run = (program: string, args: readonly string[], options: RunOptions = {}) =>
    runProgram(program, args, { ...options, signal })
  if (!isInstalled('@tensorflow/tfjs-node')) {
    tell(`npm install ${BINDING}`)
    // As a dependency: in a checkout it is an optional peer, and those npm leaves out without a word.
    const flags = ['--no-save', '--save-prod', '--ignore-scripts', '--no-audit', '--no-fund']
    await run('npm', ['install', ...flags, BINDING], { cwd: projectRoot() })
    if (!isInstalled('@tensorflow/tfjs-node')) {
      throw cannot(
        `npm installed no @tensorflow/tfjs-node into ${projectRoot()}`,
        `npm install --save-prod ${BINDING} there, and look what it says`,
      )
    }
  }
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json')
  const home = dirname(manifest)
  const deps = join(home, 'deps')
  if (!existsSync(join(deps, 'lib', 'libtensorflow.so'))) {
    const folder = join(tmpdir(), 'sim2arm-tensorflow')
    mkdirSync(folder, { recursive: true })
    tell(`pip download ${LIBRARY} (207 MB)`)
    const flags = ['--no-deps', '--only-binary=:all:', '--implementation', 'cp', ...WHEEL]
    await run('python3', ['-m', 'pip', 'download', ...flags, '-d', folder, LIBRARY])
    tell('unpacking the library and its headers')
    await run('python3', ['-c', UNPACK, wheelIn(folder), deps])
    rmSync(folder, { recursive: true, force: true })
  }
  quietSignals(join(home, 'binding', 'tfjs_backend.cc'))
  tell('compiling the binding')
  await run('npm', ['rebuild', '@tensorflow/tfjs-node'], {
    cwd: dirname(dirname(dirname(home))),
    env: { npm_config_nodedir: headersOfNode() },
  })
  tell('trying it')
  await run(process.execPath, ['-e', `require(${JSON.stringify(home)})`])
}

/** What the binding looks for in its `deps`, written from the wheel by names in the archive. */
const UNPACK = `
import os, sys, zipfile
wheel, deps = sys.argv[1:]
os.makedirs(deps + '/lib', exist_ok=True)
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        library = name.startswith('tensorflow/libtensorflow_') and '.so' in name
        _, _, header = name.partition('/include/')
        wanted = header.startswith(('tensorflow/c/', 'tensorflow/core/platform/ctstring',
                                    'tsl/c/', 'tsl/platform/ctstring', 'xla/tsl/c/'))
        if not (library or wanted) or name.endswith('/'):
            continue
        target = deps + ('/lib/' + os.path.basename(name) if library else '/include/' + header)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, 'wb') as file:
            file.write(archive.read(name))
links = {'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
         'libtensorflow.so.2.9.1': 'libtensorflow_cc.so.2', 'libtensorflow.so': 'libtensorflow_cc.so.2'}
for link, target in links.items():
    if os.path.lexists(deps + '/lib/' + link):
        os.remove(deps + '/lib/' + link)
    os.symlink(target, deps + '/lib/' + link)
`

/**
 * Has the binding block signals while the library works: a handler that runs inside BlockLSTMV2 (Ctrl-C, a
 * resized terminal, an ended child) corrupts the heap. The library's own threads inherit the block.
 */
function quietSignals(file: string): void {
  const source = readFileSync(file, 'utf8')
  if (source.includes('QuietSignals')) return
  const quiet = `
#include <signal.h>
// Signals wait while this exists.
class QuietSignals {
 public:
  QuietSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~QuietSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

namespace tfnodejs {`
  const patched = source
    .replace('\nnamespace tfnodejs {', quiet)
    .replace(/^( *)(tfe_context_ = TFE_NewContext)/m, '$1QuietSignals quiet;\n$1$2')
    .replace(/^( *)(TFE_Execute\(.*\);)$/m, '$1{\n$1  QuietSignals quiet;\n$1  $2\n$1}')
  const numQuiet = patched.split('QuietSignals quiet;').length - 1
  if (numQuiet !== 2) {
    throw cannot(
      `expected the sources of ${BINDING} in ${file}, found others`,
      'install that version',
    )
  }
  writeFileSync(file, patched)
}

function checkMachine(): void {
  const { platform, arch } = process
  if (platform !== 'linux' || arch !== 'x64') {
    const hint = `npm install ${BINDING} brings the library for other machines itself`
    throw cannot(`expected Linux on x64, found ${platform} on ${arch}`, hint)
  }
  if (Number(process.versions.node.split('.')[0]) >= 23) {
    throw cannot(`the binding does not run on Node ${process.version}`, 'use Node 20 or 22')
  }
}

/** The folder in whose node_modules this package looks: the project that installed it, or its checkout. */
function projectRoot(): string {
  const root = packageRoot()
  const [project, isDependency] = root.split(/[/\\]node_modules[/\\]/)
  return isDependency === undefined ? root : project!
}

/** Where the headers of this Node are, so that none are downloaded; empty where they are not. */
function headersOfNode(): string {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : ''
}

function wheelIn(folder: string): string {
  const name = readdirSync(folder).find((each) => each.endsWith('.whl'))
  if (name === undefined) throw cannot(`expected a wheel in ${folder}, found none`)
  return join(folder, name)
}

interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Runs a program and keeps what it says for the case that it fails. */
function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<void> {
  const env = Object.entries(options.env ?? {}).filter(([, value]) => value !== '')
  const child = spawn(program, args, {
    ...(options.cwd && { cwd: options.cwd }),
    ...(options.signal && { signal: options.signal }),
    env: { ...process.env, ...Object.fromEntries(env) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-2000)
    })
  }
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(cannot(`${program} ${args.slice(0, 3).join(' ')} failed: ${reason}`, lastLine(said)))
    child.once('error', ({ message }) => fail(message))
    child.once('close', (code) => (code === 0 ? resolve() : fail(`exit code ${code}`)))
  })
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) || undefined

function cannot(message: string, hint = 'needs python3 with pip, make and a C++ compiler') {
  return new CodedError('BRIDGE_OPTION_MISSING', message, { hint })
}
