import type { VecEnv } from '../../sim/world/vec-env.ts'

/** How a worker thread makes its environment: plain values, so that they can be sent. */
export interface EnvironmentRecipe {
  /** URL or absolute path of an ES module. */
  readonly module: string
  /** The module's export, an `EnvironmentFactory`. */
  readonly factory: string
  /** Passed to the factory as it is. */
  readonly config: unknown
}

export type EnvironmentFactory = (
  config: never,
  options: { readonly numEnvs: number },
) => VecEnv | Promise<VecEnv>

/** Imports the factory and calls it. */
export async function makeEnvironment(recipe: EnvironmentRecipe, numEnvs: number): Promise<VecEnv> {
  const module = (await import(recipe.module)) as Record<string, EnvironmentFactory>
  return await module[recipe.factory]!(recipe.config as never, { numEnvs })
}
