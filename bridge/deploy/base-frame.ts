import type { DeployConfig } from './deploy.schema.ts'

/** What the arm's base is called in messages; empty where it has no name. */
export function baseFrameOf({ baseFrames }: Pick<DeployConfig, 'baseFrames'>): string {
  return baseFrames.find((name) => name !== '') ?? ''
}
