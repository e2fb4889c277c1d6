import type { Engine, ObjectStart, Physics } from '../../../../sim/engines/engine.ts'
import { pendulum } from './pendulum.ts'

/** Hangs over a table, out of the way of what lies on it. */
export const BYSTANDER = pendulum()

/** Objects alone on a table. */
export interface ObjectScene {
  readonly physics: Physics
  readonly objects: readonly ObjectStart[]
}

/** Lets objects do what they do, one scene for each arm of an engine of bystanders. */
export function playObjects(
  engine: Engine,
  scenes: readonly ObjectScene[],
  seconds: number,
  afterStep: (step: number) => void = () => undefined,
): void {
  const q = BYSTANDER.restPose
  scenes.forEach(({ physics, objects }, index) => {
    engine.reset(index, physics, { q, objects })
    engine.setTarget(index, q)
  })
  for (let step = 0; step < Math.round(seconds / engine.timestepS); step++) {
    engine.step()
    afterStep(step)
  }
}

/** The physics of a bystander over some objects. */
export function objectPhysics(physics: Physics, objects: Physics['objects']): Physics {
  return { ...physics, objects }
}
