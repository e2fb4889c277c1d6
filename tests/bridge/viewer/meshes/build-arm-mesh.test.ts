import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { armMeshSchema } from '../../../../bridge/viewer/meshes/arm-mesh.schema.ts'
import { buildArmMesh } from '../../../../bridge/viewer/meshes/build-arm-mesh.node.ts'
import { creaseNormals } from '../../../../bridge/viewer/meshes/crease-normals.ts'
import { readDae } from '../../../../bridge/viewer/meshes/read-dae.ts'
import { simplifyTriangles } from '../../../../bridge/viewer/meshes/simplify-triangles.ts'
import { readGlb } from './read-glb.ts'

/** A square of side 1 at z = 0 in n × n fields of two triangles, seen from above; `liftM` lifts its middle. */
function field(n: number, liftM = 0): Float64Array {
  const at = (i: number, j: number) => [i / n, j / n, 2 * i === n && 2 * j === n ? liftM : 0]
  const corners = Array.from({ length: n * n }, (_each, k) => {
    const [i, j] = [k % n, Math.floor(k / n)]
    const [a, b, c, d] = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)]
    return [a, b, c, a, c, d]
  })
  return Float64Array.from(corners.flat(2))
}

/** Two squares of side 1 that meet at x = 0 under an angle [rad]. */
function fold(angle: number): { positions: Float32Array; indices: Uint32Array } {
  const [x, z] = [Math.cos(angle), Math.sin(angle)]
  const positions = Float32Array.of(-1, 0, 0, 0, 0, 0, 0, 1, 0, -1, 1, 0, x, 0, z, x, 1, z)
  return { positions, indices: Uint32Array.of(0, 1, 2, 0, 2, 3, 1, 4, 5, 1, 5, 2) }
}

describe('simplified triangles', () => {
  it('are few where it is flat, and cover the same area', async () => {
    const { indices, positions } = await simplifyTriangles(field(8), 1e-4)
    // Of 128; those along the open rim stay.
    expect(indices.length / 3).toBeLessThan(20)
    let areaM2 = 0
    for (let t = 0; t < indices.length; t += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => positions.subarray(3 * indices[t + k]!))
      areaM2 += ((b![0]! - a![0]!) * (c![1]! - a![1]!) - (b![1]! - a![1]!) * (c![0]! - a![0]!)) / 2
    }
    expect(areaM2).toBeCloseTo(1, 6)
  })

  it('keep what stands out by more than the tolerance, and nothing else', async () => {
    const highest = async (toleranceM: number) =>
      Math.max(
        ...(await simplifyTriangles(field(8, 0.01), toleranceM)).positions.filter(
          (_each, i) => i % 3 === 2,
        ),
      )
    expect(await highest(0.001)).toBeCloseTo(0.01, 6)
    expect(await highest(0.1)).toBe(0)
  })
})

describe('normals', () => {
  it('are each face’s own on a sharp edge', () => {
    const { normals, positions } = creaseNormals(fold(Math.PI / 2))
    // Both ends of the edge stand twice.
    expect(positions.length / 3).toBe(8)
    for (let k = 0; k < normals.length; k += 3) {
      const normal = [...normals.subarray(k, k + 3)].map((x) => Math.round(x) + 0)
      expect([
        [0, 0, 1],
        [-1, 0, 0],
      ]).toContainEqual(normal)
    }
  })

  it('are the mean of both sides where a surface bends a little', () => {
    const angle = 0.4
    const { normals, positions } = creaseNormals(fold(angle))
    expect(positions.length / 3).toBe(6)
    // At the edge's first end one triangle of the flat side, (0, 0, 1), meets both of the other, (-sin, 0, cos).
    const k = positions.findIndex((_each, i) => i % 3 === 0 && positions[i] === 0)
    const sum = [-2 * Math.sin(angle), 1 + 2 * Math.cos(angle)]
    expect(normals[k]).toBeCloseTo(sum[0]! / Math.hypot(...sum), 5)
    expect(normals[k + 2]).toBeCloseTo(sum[1]! / Math.hypot(...sum), 5)
  })
})

const dae = (unit: string, diffuse: string) => `<?xml version="1.0"?>
<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
  <asset><unit name="u" meter="${unit}"/><up_axis>Z_UP</up_axis></asset>
  <library_effects><effect id="e"><profile_COMMON><technique sid="common"><phong>
    <emission><color>0 0 0 1</color></emission><diffuse><color>${diffuse} 1</color></diffuse>
  </phong></technique></profile_COMMON></effect></library_effects>
  <library_materials><material id="m"><instance_effect url="#e"/></material></library_materials>
  <library_geometries><geometry id="g"><mesh>
    <source id="p"><float_array id="a" count="9">0 0 0 1 0 0 0 1 0</float_array></source>
    <source id="n"><float_array id="b" count="3">0 0 1</float_array></source>
    <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
    <triangles material="m" count="1">
      <input semantic="VERTEX" source="#v" offset="0"/><input semantic="NORMAL" source="#n" offset="1"/>
      <p>0 0 1 0 2 0</p>
    </triangles>
  </mesh></geometry></library_geometries>
  <library_visual_scenes><visual_scene id="s"><node id="o">
    <matrix>0 -1 0 5 1 0 0 6 0 0 1 7 0 0 0 1</matrix>
    <instance_geometry url="#g"><bind_material><technique_common>
      <instance_material symbol="m" target="#m"/>
    </technique_common></bind_material></instance_geometry>
  </node></visual_scene></library_visual_scenes>
</COLLADA>`

describe('a COLLADA file', () => {
  it('is read with the places of its nodes, dark parts apart from light ones', () => {
    const [soup, ...more] = readDae(dae('1', '0.9 0.9 0.9'), 'a.dae')
    expect(more).toEqual([])
    // A quarter turn about z, then (5, 6, 7).
    expect([...soup!.corners]).toEqual([5, 6, 7, 5, 7, 7, 4, 6, 7])
    expect(soup!.finish).toBe('shell')
    expect(readDae(dae('1', '0.2 0.2 0.2'), 'a.dae')[0]!.finish).toBe('motor')
  })

  it('is refused in another unit', () => {
    expect(() => readDae(dae('0.01', '1 1 1'), 'a.dae')).toThrow(/a\.dae.*another unit/)
  })
})

describe('the mesh of an arm', () => {
  const clones = mkdtempSync(join(tmpdir(), 'sim2arm-meshes-'))
  const clone = join(clones, 'parts')
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org']
    const { stdout, status } = spawnSync('git', ['-C', clone, ...identity, ...args])
    expect(status).toBe(0)
    return stdout.toString().trim()
  }
  let revision = ''
  beforeAll(() => {
    mkdirSync(clone)
    git('init', '--quiet')
    const square = field(2)
    const vertices = Array.from({ length: square.length / 3 }, (_each, k) =>
      ['vertex', ...square.subarray(3 * k, 3 * k + 3)].join(' '),
    )
    writeFileSync(join(clone, 'square.stl'), `solid s\n${vertices.join('\n')}\nendsolid s\n`)
    git('add', '.')
    git('commit', '--quiet', '--message', 'parts')
    revision = git('rev-parse', 'HEAD')
    // What is checked out does not matter.
    writeFileSync(join(clone, 'square.stl'), 'something else')
  })
  afterAll(() => rmSync(clones, { recursive: true }))

  const config = (parts: readonly object[]) =>
    armMeshSchema.parse({
      ...{ version: 1, name: 'a', title: 'A', copyright: 'Somebody', licence: 'Apache-2.0' },
      ...{ repository: 'https://example.org/parts', revision, toleranceM: 1e-4, parts },
    })

  it('has a node for each link, with its parts in place', async () => {
    const frame = { xyzM: [0.1, 0, 0], rpyRad: [0, 0, Math.PI / 2] }
    const parts = [
      { link: 'base', halfSizeM: [0.01, 0.02, 0.03], frame, finish: 'motor' },
      { link: 'tip', halfSizeM: [0.1, 0.1, 0.1] },
    ]
    const { copyright, links } = readGlb(await buildArmMesh(config(parts), clones))
    expect(copyright).toBe(
      `Somebody; Apache-2.0; https://example.org/parts at ${revision}, simplified`,
    )
    expect([...links.keys()]).toEqual(['base', 'tip'])
    expect([...links.get('base')!.bodies.keys()]).toEqual(['motor'])
    const { positions } = links.get('base')!
    for (const [k, [low, high]] of [
      [0.08, 0.12],
      [-0.01, 0.01],
      [-0.03, 0.03],
    ].entries()) {
      const along = positions.filter((_each, i) => i % 3 === k)
      expect(Math.min(...along)).toBeCloseTo(low!, 5)
      expect(Math.max(...along)).toBeCloseTo(high!, 5)
    }
  })

  it('is read from the revision named, asks for a clone that is not there, and has its limits', async () => {
    const missing = config([{ link: 'base', file: 'round.stl' }])
    await expect(buildArmMesh(missing, clones)).rejects.toMatchObject({
      code: 'CONFIG_FILE_MISSING',
    })
    await expect(buildArmMesh(missing, join(clones, 'none'))).rejects.toMatchObject({
      hint: `git clone https://example.org/parts ${join(clones, 'none', 'parts')}`,
    })
    // The square of the commit, whose side is 1 m.
    const far = config([{ link: 'base', file: 'square.stl' }])
    await expect(buildArmMesh(far, clones)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
