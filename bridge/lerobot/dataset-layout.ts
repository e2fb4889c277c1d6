/** Version of LeRobotDataset that is written and read (huggingface/lerobot @7427f31). */
export const DATASET_VERSION = 'v3.0'

/** Files of a dataset small enough for one chunk, below its folder. */
export const FILES = {
  info: 'meta/info.json',
  stats: 'meta/stats.json',
  tasks: 'meta/tasks.parquet',
  episodes: 'meta/episodes/chunk-000/file-000.parquet',
  data: 'data/chunk-000/file-000.parquet',
} as const

/** What we say besides, see `DatasetOrigin`; LeRobot does not look at it. */
export const ORIGIN_FILE = 'meta/sim2arm.json'

export const DATA_PATH = 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet'

/** Measured joints, commands, and what else was known. */
export const STATE = 'observation.state'
export const ACTION = 'action'
export const ENVIRONMENT = 'observation.environment_state'
/** Whether a frame ends its episode in success. */
export const SUCCESS = 'next.success'

export interface Feature {
  readonly dtype: 'float32' | 'int64' | 'bool'
  readonly shape: readonly number[]
  readonly names: readonly string[] | null
}

/** What every dataset has besides its own features; one number a frame each. */
export const FRAME_FEATURES: Readonly<Record<string, Feature>> = {
  timestamp: { dtype: 'float32', shape: [1], names: null },
  frame_index: { dtype: 'int64', shape: [1], names: null },
  episode_index: { dtype: 'int64', shape: [1], names: null },
  index: { dtype: 'int64', shape: [1], names: null },
  task_index: { dtype: 'int64', shape: [1], names: null },
}

/** A joint's name in a dataset. */
export const motorName = (joint: string): string => `${joint}.pos`
