import { z } from 'zod'

const feature = z.object({
  dtype: z.string(),
  shape: z.array(z.int()),
  /** LeRobot nests the names of some old datasets under a heading. */
  names: z
    .union([z.array(z.string()), z.record(z.string(), z.array(z.string())), z.null()])
    .optional(),
})

/** What we need of `meta/info.json` of a LeRobotDataset v3; more may stand there. */
export const datasetInfoSchema = z.object({
  codebase_version: z.literal('v3.0'),
  fps: z.number().positive(),
  robot_type: z.string().nullish(),
  total_episodes: z.int().min(1),
  total_frames: z.int().min(1),
  features: z.object({ action: feature, 'observation.state': feature }).catchall(feature),
})

export type DatasetInfo = z.infer<typeof datasetInfoSchema>
