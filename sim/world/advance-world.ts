import type { ArmWorld, Engine } from '../engines/engine.ts'
import type { ControlledArm } from './controlled-arm.ts'

/** Arms with clocks of their own inside the time step that they share. */
export interface Clockwork {
  readonly arms: readonly ControlledArm[]
  readonly engine: Engine
  /** Time steps of the engine in one policy step. */
  readonly substeps: number
}

/** The arms of one world through one policy step, from `timeS` on. */
export function advanceWorld(
  { first, count, step }: ArmWorld,
  { arms, engine, substeps }: Clockwork,
  timeS: number,
): void {
  const dt = engine.timestepS
  const end = first + count
  for (let u = 1; u <= substeps; u++) {
    const time = timeS + u * dt
    for (let k = first; k < end; k++) {
      const arm = arms[k]!
      arm.updateTarget(time, dt)
      engine.setTarget(k, arm.target)
    }
    step()
    for (let k = first; k < end; k++) arms[k]!.sense(engine.state(k), time)
  }
}
