import type { VecEnv } from '../../sim/world/vec-env.ts'

/** How a worker thread makes its environment: plain values, so that they can be sent. */
export interface EnvironmentRecipe {
  /**
   * URL or absolute path of an ES module; left out: the simulator of the installation that runs, so that a run folder
   * names no place and can be resumed elsewhere.
   */
  readonly module?: string
  /** The module's export, an `EnvironmentFactory`. */
  readonly factory: string
  /** Passed to the factory as it is. */
  readonly config: unknown
}

export type EnvironmentFactory = (
  config: never,
  options: { readonly numEnvs: number },
) => VecEnv | Promise<VecEnv>

const SIMULATOR = new URL('../../sim/world/make-task-env.node.js', import.meta.url).href

/** Imports the factory and calls it. */
export async function makeEnvironment(recipe: EnvironmentRecipe, numEnvs: number): Promise<VecEnv> {
  const module = (await import(recipe.module ?? SIMULATOR)) as Record<string, EnvironmentFactory>
  return await module[recipe.factory]!(recipe.config as never, { numEnvs })
}
