import { SerializationPipeline, World } from '@dimforge/rapier3d'
import { CodedError } from '../../configs/load/coded-error.ts'

/** Rapier's default of 30 lets contacts sink in; 120 keeps them within a third of a millimetre. */
const CONTACT_NATURAL_FREQUENCY = 120

/** A Rapier world with this project's settings and without gravity; the caller frees it. */
export function createRapierWorld(timestepS: number, iterations: number): World {
  const world = new World({ x: 0, y: 0, z: 0 })
  world.timestep = timestepS
  world.numSolverIterations = iterations
  world.integrationParameters.contact_natural_frequency = CONTACT_NATURAL_FREQUENCY
  return world
}

/**
 * A copy of the world that `takeSnapshot` gave the bytes of; handles are the same, objects new. The caller
 * frees it. `World.restoreSnapshot` does the same and leaves some memory to the garbage collector.
 */
export function restoreRapierWorld(bytes: Uint8Array): World {
  const pipeline = new SerializationPipeline()
  const parts = pipeline.raw.deserializeAll(bytes)
  pipeline.free()
  if (parts === undefined) {
    throw new CodedError('SIM_SNAPSHOT_INVALID', 'the bytes in a snapshot are no Rapier world', {
      hint: 'snapshots are good for one version of the engine',
    })
  }
  const world = World.fromRaw(parts)
  parts.free()
  return world
}
