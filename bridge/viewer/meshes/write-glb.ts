import { Document, WebIO } from '@gltf-transform/core'
import { KHRMeshQuantization } from '@gltf-transform/extensions'
import { CodedError } from '../../../configs/load/coded-error.ts'
import type { Finish } from './arm-mesh.schema.ts'
import type { ShadedTriangles } from './crease-normals.ts'

/** Step of the corners' places [m]: 16 bits reach a third of a metre to each side. */
const STEP_M = 1e-5
const MAX_STEPS = 32_767
const MAX_CORNERS = 65_535
const FULL = 127

/** What one link looks like, in its frame. */
export interface LinkMesh {
  readonly link: string
  readonly bodies: readonly { readonly finish: Finish; readonly triangles: ShadedTriangles }[]
}

/**
 * A GLB with one node for each link, of that name, in the link's frame (metres, z up as in the description); materials
 * are named after the finish. Places are multiples of 0.01 mm in 16 bits, normals have 8. Throws CONFIG_INVALID where that
 * does not do.
 */
export function writeGlb(links: readonly LinkMesh[], copyright: string): Promise<Uint8Array> {
  const document = new Document()
  document.createExtension(KHRMeshQuantization).setRequired(true)
  document.getRoot().getAsset().copyright = copyright
  const buffer = document.createBuffer()
  const scene = document.createScene()
  const materials = new Map<Finish, ReturnType<Document['createMaterial']>>()
  const materialOf = (finish: Finish) => {
    const material = materials.get(finish) ?? document.createMaterial(finish)
    materials.set(finish, material)
    return material
  }
  const accessor = (array: Int16Array | Int8Array | Uint16Array, type: 'VEC3' | 'SCALAR') =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer)
  for (const { bodies, link } of links) {
    const mesh = document.createMesh()
    for (const { finish, triangles } of bodies) {
      checkSize(link, triangles)
      const positions = Int16Array.from(triangles.positions, (x) => Math.round(x / STEP_M))
      const normals = Int8Array.from(triangles.normals, (x) => Math.round(FULL * x))
      const primitive = document
        .createPrimitive()
        .setMaterial(materialOf(finish))
        .setIndices(accessor(Uint16Array.from(triangles.indices), 'SCALAR'))
        .setAttribute('POSITION', accessor(positions, 'VEC3'))
        .setAttribute('NORMAL', accessor(normals, 'VEC3').setNormalized(true))
      mesh.addPrimitive(primitive)
    }
    const node = document.createNode(link).setMesh(mesh).setScale([STEP_M, STEP_M, STEP_M])
    scene.addChild(node)
  }
  return new WebIO().registerExtensions([KHRMeshQuantization]).writeBinary(document)
}

function checkSize(link: string, { positions }: ShadedTriangles): void {
  const reach = positions.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  if (reach <= MAX_STEPS * STEP_M && positions.length <= 3 * MAX_CORNERS) return
  const found = `${positions.length / 3} corners up to ${reach.toFixed(2)} m from its frame`
  throw new CodedError('CONFIG_INVALID', `link ${link} is too large for its mesh: ${found}`, {
    hint: `at most ${MAX_CORNERS} corners within ${(MAX_STEPS * STEP_M).toFixed(2)} m; parts may be in millimetres`,
  })
}
