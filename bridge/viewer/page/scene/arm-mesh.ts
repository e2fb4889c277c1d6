import {
  BufferGeometry,
  Float32BufferAttribute,
  type Material,
  Matrix4,
  Mesh,
  type Object3D,
  Quaternion,
  Vector3,
} from 'three'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import { placeLinks } from '../../../../robot/model/place-links.ts'
import type { Finish } from '../../meshes/arm-mesh.schema.ts'
import { type ArmBody, type LinkParts, mergeByLink } from './arm-bodies.ts'
import type { ArmPart } from './arm-shapes.ts'

/** Addresses of the shipped ones. */
const FILES = import.meta.glob<string>('../../../../configs/meshes/*.glb', {
  query: '?url',
  import: 'default',
  eager: true,
})
const ONE = new Vector3(1, 1, 1)

/**
 * An arm as its maker made it, by the GLB that its description names; undefined where it names none that is here, or
 * it cannot be loaded.
 *
 * @param joints - those that move
 */
export async function loadArmMesh(
  arm: ArmDescription,
  joints: readonly string[],
): Promise<readonly ArmBody[] | undefined> {
  const file = Object.keys(FILES).find((each) => each.endsWith(`/${arm.mesh}.glb`))
  if (arm.mesh === undefined || file === undefined) return undefined
  try {
    // Not needed for the first picture.
    const { GLTFLoader } = await import('three/addons/loaders/GLTFLoader.js')
    const { scene } = await new GLTFLoader().loadAsync(FILES[file]!)
    return bodiesOf(arm, joints, scene)
  } catch {
    // The arm is there all the same, drawn by its shapes.
    return undefined
  }
}

/** @param scene - its children are the links, by name, each in its own frame */
function bodiesOf(arm: ArmDescription, joints: readonly string[], scene: Object3D): ArmBody[] {
  const placements = placeLinks(arm, { joints })
  scene.updateMatrixWorld()
  const all = scene.children.flatMap((node): LinkParts[] => {
    const placement = placements.get(node.userData['name'] as string)
    if (placement === undefined) return []
    const matrix = new Matrix4().compose(
      new Vector3().fromArray(placement.position),
      new Quaternion().fromArray(placement.quaternion),
      ONE,
    )
    return [{ link: placement.carrier, parts: partsOf(node, matrix) }]
  })
  return mergeByLink(all)
}

function partsOf(node: Object3D, placement: Matrix4): ArmPart[] {
  const parts: ArmPart[] = []
  node.traverse((each) => {
    if (!(each instanceof Mesh)) return
    const geometry = unpacked(each.geometry as BufferGeometry)
    geometry.applyMatrix4(new Matrix4().multiplyMatrices(placement, each.matrixWorld))
    parts.push({ finish: (each.material as Material).name as Finish, geometry })
  })
  return parts
}

/** Places and normals as plain numbers: they are stored as integers. */
function unpacked(packed: BufferGeometry): BufferGeometry {
  const geometry = new BufferGeometry().setIndex(packed.index)
  for (const name of ['position', 'normal']) {
    const from = packed.getAttribute(name)
    const values = Array.from({ length: from.count }, (_each, k) => [
      from.getX(k),
      from.getY(k),
      from.getZ(k),
    ])
    geometry.setAttribute(name, new Float32BufferAttribute(values.flat(), 3))
  }
  return geometry
}
