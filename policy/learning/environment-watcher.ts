import type { VecEnv } from '../../sim/world/vec-env.ts'

/** Looks on while an environment is played, in its worker's thread; changes nothing. */
export interface EnvironmentWatcher {
  /** New physics, starts and goals. @param episode - of the first arm */
  began(episode: number): void
  stepped(): void
}

/** How a worker thread makes its watcher: plain values, so that they can be sent. */
export interface WatcherRecipe {
  /** URL or absolute path of an ES module. */
  readonly module: string
  /** The module's export, a `WatcherFactory`. */
  readonly factory: string
  /** Passed to the factory as it is. */
  readonly config: unknown
}

/** @param post - sends something to whoever asked for the watcher */
export type WatcherFactory = (
  config: never,
  env: VecEnv,
  post: (message: unknown) => void,
) => EnvironmentWatcher | Promise<EnvironmentWatcher>

/** Imports the factory and calls it. */
export async function makeWatcher(
  recipe: WatcherRecipe,
  env: VecEnv,
  post: (message: unknown) => void,
): Promise<EnvironmentWatcher> {
  const module = (await import(recipe.module)) as Record<string, WatcherFactory>
  return await module[recipe.factory]!(recipe.config as never, env, post)
}
