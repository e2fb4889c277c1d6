import { World } from '@dimforge/rapier3d'

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
