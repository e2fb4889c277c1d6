import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { BoxGeometry } from 'three'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { quaternionFromRpy, transformPoint } from '../../../robot/model/pose.ts'
import { verticesOfStl } from '../../../robot/model/urdf/stl.ts'
import type { ArmMeshConfig, MeshPart } from './arm-mesh.schema.ts'
import { creaseNormals } from './crease-normals.ts'
import { readDae } from './read-dae.ts'
import { simplifyTriangles } from './simplify-triangles.ts'
import type { TriangleSoup } from './triangle-soup.ts'
import { type LinkMesh, writeGlb } from './write-glb.ts'

const MAX_FILE_BYTES = 64 * 1024 * 1024

/**
 * The GLB of an arm from its makers' files.
 *
 * @param clones - folder with a clone of the repository, named as git clone names it
 *
 * Throws CONFIG_FILE_MISSING, CONFIG_SYNTAX, ROBOT_URDF_INVALID.
 */
export async function buildArmMesh(config: ArmMeshConfig, clones: string): Promise<Uint8Array> {
  const links = new Map<string, TriangleSoup[]>()
  for (const part of config.parts) {
    const soups = readPart(config, part, clones)
    links.set(part.link, [...(links.get(part.link) ?? []), ...soups])
  }
  const meshes: LinkMesh[] = []
  for (const [link, soups] of links) {
    const bodies = []
    for (const finish of new Set(soups.map((soup) => soup.finish))) {
      const corners = soups.flatMap((soup) => (soup.finish === finish ? [...soup.corners] : []))
      const simple = await simplifyTriangles(Float64Array.from(corners), config.toleranceM)
      bodies.push({ finish, triangles: creaseNormals(simple) })
    }
    meshes.push({ link, bodies })
  }
  const { copyright, licence, repository, revision } = config
  const origin = `${copyright}; ${licence}; ${repository} at ${revision}, simplified`
  return writeGlb(meshes, origin)
}

/** The triangles of a part, in its link's frame. */
function readPart(config: ArmMeshConfig, part: MeshPart, clones: string): TriangleSoup[] {
  const soups = soupsOf(config, part, clones)
  const { rpyRad, xyzM } = part.frame
  const quaternion = new Float64Array(4)
  quaternionFromRpy(rpyRad, quaternion)
  const placement = { position: Float64Array.from(xyzM), quaternion }
  for (const { corners } of soups) {
    for (let i = 0; i < corners.length; i += 3) {
      const corner = corners.subarray(i, i + 3)
      transformPoint(placement, corner, corner)
    }
  }
  return soups
}

function soupsOf(config: ArmMeshConfig, part: MeshPart, clones: string): TriangleSoup[] {
  const { finish = 'shell' } = part
  if ('halfSizeM' in part) return [{ finish, corners: boxCorners(part.halfSizeM) }]
  const bytes = readCommitted(config, part.file, clones)
  return part.file.endsWith('.dae')
    ? readDae(bytes.toString('utf8'), part.file)
    : [{ finish, corners: verticesOfStl(bytes, part.file) }]
}

function boxCorners([x, y, z]: readonly [number, number, number]): Float64Array {
  const box = new BoxGeometry(2 * x, 2 * y, 2 * z).toNonIndexed()
  return Float64Array.from(box.getAttribute('position').array)
}

/** A file of the clone as it is in the revision that the config names. */
function readCommitted({ repository, revision }: ArmMeshConfig, file: string, clones: string) {
  const clone = join(clones, basename(repository))
  const args = ['-C', clone, 'show', `${revision}:${file}`]
  const { status, stderr, stdout } = spawnSync('git', args, { maxBuffer: MAX_FILE_BYTES })
  if (status === 0) return stdout
  const why = existsSync(clone) ? stderr.toString().trim() : 'no such folder'
  throw new CodedError('CONFIG_FILE_MISSING', `expected ${file} of ${clone}, found: ${why}`, {
    hint: `git clone ${repository} ${clone}`,
  })
}
