import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AREAS, ROOT, readSource, readSources, type SourceFile } from './source-files.ts'

const sources = readSources()
const byPath = new Map(sources.map((source) => [source.path, source]))

const inFolder = (folder: string) => (path: string) => path.startsWith(`${folder}/`)
const isSchema = (path: string) => path.endsWith('.schema.ts')
const isNodeOnly = (path: string) => path.endsWith('.node.ts') || path.startsWith('bridge/')

/** Where a library may be imported. Every library has a home: one that is missing here is a mistake. */
const HOMES: Readonly<Record<string, (path: string) => boolean>> = {
  '@dimforge/rapier3d': inFolder('sim/engines'),
  '@mujoco/mujoco': inFolder('sim/engines'),
  '@tensorflow/tfjs-core': inFolder('policy'),
  '@tensorflow/tfjs-backend-cpu': inFolder('policy/backends'),
  '@tensorflow/tfjs-backend-wasm': inFolder('policy/backends'),
  serialport: inFolder('robot/bus/transports'),
  '@lydell/node-pty': inFolder('robot/bus/transports'),
  '@mcap/core': inFolder('bridge'),
  '@foxglove/rosmsg': inFolder('bridge/recording'),
  '@foxglove/rosmsg-msgs-common': inFolder('bridge/recording'),
  '@foxglove/rosmsg2-serialization': inFolder('bridge/recording'),
  hyparquet: inFolder('bridge/lerobot'),
  'hyparquet-writer': inFolder('bridge/lerobot'),
  ws: inFolder('bridge'),
  hono: inFolder('bridge/viewer'),
  '@hono/node-server': inFolder('bridge/viewer'),
  rclnodejs: inFolder('bridge/ros'),
  three: inFolder('bridge/viewer'),
  '@gltf-transform/core': inFolder('bridge/viewer/meshes'),
  '@gltf-transform/extensions': inFolder('bridge/viewer/meshes'),
  meshoptimizer: inFolder('bridge/viewer/meshes'),
  uplot: inFolder('bridge/viewer'),
  '@techstark/opencv-js': inFolder('bridge/viewer/page/camera'),
  vite: (path) => path.endsWith('vite.config.ts'),
  commander: inFolder('bridge/cli'),
  yaml: (path) => path.startsWith('configs/load/') || isNodeOnly(path),
  '@xmldom/xmldom': (path) =>
    inFolder('robot/model/urdf')(path) || inFolder('bridge/viewer/meshes')(path),
  zod: isSchema,
}

/** Files longer than 400 lines, each with its reason. */
const LONG_FILES: readonly string[] = []

describe('the reader of imports', () => {
  it('finds type, value, re-exported and dynamic imports', () => {
    const train = readSource('bridge/cli/commands/train.ts').imports
    const find = (end: string) => train.find(({ specifier }) => specifier.endsWith(end))
    expect(find('/coded-error.ts')).toMatchObject({ isTypeOnly: false, library: null })
    expect(find('/train-events.ts')).toMatchObject({ isTypeOnly: true })
    expect(find('/train.node.ts')?.path).toBe('policy/learning/train.node.ts')
    const streams = readSource('bridge/streams/index.ts').imports
    expect(streams.map(({ path }) => path)).toContain('bridge/streams/rosbridge/client.ts')
    const server = readSource('bridge/streams/socket-server.ts').imports
    expect(server.map(({ library }) => library)).toEqual(
      expect.arrayContaining(['node:http', 'ws']),
    )
  })

  it('reads every area', () => {
    for (const area of AREAS) {
      expect(
        sources.filter(({ path }) => path.startsWith(`${area}/`)).length,
        area,
      ).toBeGreaterThan(5)
    }
  })
})

describe('the house rules', () => {
  it('imports only leftwards: configs < robot < sim < policy < bridge', () => {
    const area = (path: string) => AREAS.findIndex((name) => path.startsWith(`${name}/`))
    expect(
      violations(
        ({ path: to }, { path }) => to !== null && !(area(to) <= area(path) && area(to) >= 0),
      ),
    ).toEqual([])
  })

  it('keeps every library in its home; elsewhere only its types', () => {
    expect(
      violations(({ library, isTypeOnly }, { path }) => {
        if (library === null || library.startsWith('node:')) return false
        const isHome = HOMES[library]
        return isHome === undefined || !(isHome(path) || isTypeOnly)
      }),
    ).toEqual([])
  })

  it('uses Node only in *.node.ts files, and from core files those only as types', () => {
    expect(
      violations(({ specifier, path: to, isTypeOnly }, { path }) => {
        if (isNodeOnly(path)) return false
        return specifier.startsWith('node:') || (to?.endsWith('.node.ts') === true && !isTypeOnly)
      }),
    ).toEqual([])
  })

  it('runs a policy without a simulator, TensorFlow.js or Node; only zod checks what a file says', () => {
    const reached = reachable('policy/runtime/index.ts')
    expect(reached).toContain('policy/runtime/actor-step.ts')
    expect(reached.filter(inFolder('sim'))).toEqual([])
    const libraries = reached.flatMap((path) =>
      readSource(path).imports.flatMap(({ library, isTypeOnly }) =>
        library === null || isTypeOnly ? [] : [library],
      ),
    )
    expect([...new Set(libraries)]).toEqual(['zod'])
  })

  it('has no default exports', () => {
    const found = sources.filter(
      ({ path, text }) => /^export default/m.test(text) && !path.endsWith('.config.ts'),
    )
    expect(found.map(({ path }) => path)).toEqual([])
  })

  it('ends every file within 400 lines', () => {
    const long = sources.filter(
      ({ text, path }) => !path.endsWith('.gen.ts') && text.split('\n').length > 401,
    )
    expect(long.map(({ path }) => path)).toEqual(LONG_FILES)
  })

  it('lists every command in the index, and no other', () => {
    expectWholeFolder('bridge/cli/commands')
  })

  it('leaves nothing open in comments', () => {
    const marker = new RegExp(['TO', 'DO|FIX', 'ME|X', 'XX'].join(''))
    expect(sources.filter(({ text }) => marker.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('pins every dependency to one version', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
      devDependencies: Record<string, string>
    }
    const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^(npm:.+@)?\d+\.\d+\.\d+(-[a-z\d.]+)?$/.test(version),
    )
    expect(loose).toEqual([])
  })
})

/** `file: specifier` of the imports that break a rule. */
function violations(
  breaks: (each: SourceFile['imports'][number], source: SourceFile) => boolean,
): string[] {
  return sources.flatMap((source) =>
    source.imports
      .filter((each) => breaks(each, source))
      .map(({ specifier }) => `${source.path}: ${specifier}`),
  )
}

/** Files that a program starting at `entry` loads. */
function reachable(entry: string): string[] {
  const reached = new Set<string>()
  const visit = (path: string) => {
    if (reached.has(path)) return
    reached.add(path)
    for (const each of byPath.get(path)?.imports ?? []) {
      if (each.path !== null && !each.isTypeOnly) visit(each.path)
    }
  }
  visit(entry)
  return [...reached]
}

/** The index of a family imports each file beside it once. */
function expectWholeFolder(folder: string): void {
  const files = readdirSync(join(ROOT, folder)).filter((file) => file !== 'index.ts')
  const { imports } = readSource(`${folder}/index.ts`)
  const listed = imports.filter(({ isTypeOnly }) => !isTypeOnly).map(({ path }) => path)
  expect(listed.sort()).toEqual(files.map((file) => `${folder}/${file}`).sort())
}
