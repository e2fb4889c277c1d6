import { type BufferGeometry, type Material, Mesh } from 'three'

/** A mesh that casts and takes shadow. */
export function solid(geometry: BufferGeometry, material: Material): Mesh {
  const mesh = new Mesh(geometry, material)
  mesh.castShadow = true
  mesh.receiveShadow = true
  return mesh
}
