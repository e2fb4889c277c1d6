import {
  MeshLambertMaterial,
  MeshStandardMaterial,
  type MeshStandardMaterialParameters,
} from 'three'
import { isDrawnInSoftware } from './drawn-in-software.ts'

export type Surface = MeshLambertMaterial | MeshStandardMaterial

/** What lit bodies are made of; without gloss where the processor draws, which computes it too slowly. */
export function createSurface(parameters: MeshStandardMaterialParameters): Surface {
  if (!isDrawnInSoftware()) return new MeshStandardMaterial(parameters)
  const { roughness: _roughness, metalness: _metalness, ...matt } = parameters
  return new MeshLambertMaterial(matt)
}
