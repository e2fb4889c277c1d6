/** What a GLB has of one link, in the link's frame. */
export interface LinkOfGlb {
  /** x, y, z of the corners [m], of all bodies one after the other. */
  readonly positions: readonly number[]
  /** Unit, to within the 8 bits that they are stored in. */
  readonly normals: readonly number[]
  /** Numbers of corners, three for each triangle. */
  readonly indices: readonly number[]
  /** The same by finish. */
  readonly bodies: ReadonlyMap<string, readonly number[]>
}

interface Accessor {
  readonly bufferView: number
  readonly byteOffset?: number
  readonly componentType: number
  readonly count: number
  readonly normalized?: boolean
}

interface Gltf {
  readonly asset: { readonly copyright: string }
  readonly nodes: readonly {
    name: string
    mesh: number
    scale: readonly [number, number, number]
  }[]
  readonly meshes: readonly {
    primitives: readonly {
      attributes: { POSITION: number; NORMAL: number }
      indices: number
      material: number
    }[]
  }[]
  readonly materials: readonly { name: string }[]
  readonly accessors: readonly Accessor[]
  readonly bufferViews: readonly { byteOffset?: number; byteStride?: number }[]
}

/** Component types of glTF 2.0, section 3.6.2.2, that are in use: BYTE, SHORT, UNSIGNED_SHORT. */
const BYTES: Readonly<Record<number, 1 | 2>> = { 5120: 1, 5122: 2, 5123: 2 }
const UNSIGNED_SHORT = 5123

/** By the specification (glTF 2.0, KHR_mesh_quantization), not by the library that writes it. */
export function readGlb(glb: Uint8Array): {
  readonly copyright: string
  readonly links: ReadonlyMap<string, LinkOfGlb>
} {
  const view = new DataView(glb.buffer, glb.byteOffset, glb.byteLength)
  const jsonBytes = view.getUint32(12, true)
  const gltf = JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + jsonBytes))) as Gltf
  // After the header of the file, the JSON chunk and the header of the binary one.
  const start = 20 + jsonBytes + 8
  const valuesOf = (index: number, size: number): number[] => {
    const accessor = gltf.accessors[index]!
    const { byteOffset = 0, byteStride } = gltf.bufferViews[accessor.bufferView]!
    const bytes = BYTES[accessor.componentType]!
    const stride = byteStride ?? size * bytes
    return Array.from({ length: accessor.count * size }, (_each, k) => {
      const element =
        start + byteOffset + (accessor.byteOffset ?? 0) + stride * Math.floor(k / size)
      const at = element + bytes * (k % size)
      if (accessor.componentType === UNSIGNED_SHORT) return view.getUint16(at, true)
      if (bytes === 2) return view.getInt16(at, true)
      return accessor.normalized === true ? view.getInt8(at) / 127 : view.getInt8(at)
    })
  }
  const links = gltf.nodes.map(({ mesh, name, scale }): [string, LinkOfGlb] => {
    const positions: number[] = []
    const normals: number[] = []
    const bodies = new Map<string, number[]>()
    for (const { attributes, indices, material } of gltf.meshes[mesh]!.primitives) {
      const before = positions.length / 3
      positions.push(...valuesOf(attributes.POSITION, 3).map((x, k) => x * scale[k % 3]!))
      normals.push(...valuesOf(attributes.NORMAL, 3))
      const corners = valuesOf(indices, 1).map((corner) => before + corner)
      bodies.set(gltf.materials[material]!.name, corners)
    }
    return [name, { positions, normals, indices: [...bodies.values()].flat(), bodies }]
  })
  return { copyright: gltf.asset.copyright, links: new Map(links) }
}
