import { z } from 'zod'

const count = z.int().positive()

/** Which engine moves the world, and how finely. */
export const engineSchema = z.strictObject({
  kind: z.enum(['rapier', 'mujoco']),
  timestepS: z.number().positive(),
  /** Solver iterations (Rapier). */
  iterations: count,
  /** Engine steps inside one time step (MuJoCo). */
  substeps: count,
})

export type EngineConfig = z.infer<typeof engineSchema>
