import {
  ACTION,
  DATA_PATH,
  DATASET_VERSION,
  ENVIRONMENT,
  type Feature,
  FILES,
  FRAME_FEATURES,
  motorName,
  STATE,
  SUCCESS,
} from './dataset-layout.ts'
import { type Episode, SURROUNDINGS } from './episode.ts'
import { type FeatureStats, featureStats, STATISTICS } from './feature-stats.ts'
import type { MotorUnits } from './motor-units.ts'
import { type Column, encodeTable } from './parquet-table.ts'

export interface DatasetFacts {
  readonly fps: number
  readonly robotType: string
  readonly units: MotorUnits
}

/** Rows of every feature, frame after frame. */
type Rows = Readonly<Record<string, readonly ArrayLike<number>[]>>

/**
 * The files of a LeRobotDataset v3, by path: everything in one chunk, no video. Object and goal are written as
 * `observation.environment_state` where every frame knows them, success as `next.success` where every episode was judged.
 *
 * @param episodes - one at least
 */
export function encodeDataset(
  episodes: readonly Episode[],
  { fps, robotType, units }: DatasetFacts,
): ReadonlyMap<string, string | Uint8Array> {
  const tasks = [...new Set(episodes.map(({ task }) => task))]
  const isSeen = episodes.every(({ surroundings }) =>
    surroundings.every((row) => row.every(Number.isFinite)),
  )
  const isJudged = episodes.every(({ isSuccess }) => isSuccess !== null)
  const names = units.joints.map(motorName)
  const features: Record<string, Feature> = {
    [ACTION]: { dtype: 'float32', shape: [names.length], names },
    [STATE]: { dtype: 'float32', shape: [names.length], names },
    ...(isSeen && {
      [ENVIRONMENT]: { dtype: 'float32', shape: [SURROUNDINGS.length], names: SURROUNDINGS },
    }),
    ...(isJudged && { [SUCCESS]: { dtype: 'bool', shape: [1], names: null } }),
    ...FRAME_FEATURES,
  }
  const parts: Rows[] = []
  let first = 0
  for (const [index, episode] of episodes.entries()) {
    const task = tasks.indexOf(episode.task)
    parts.push(rowsOf(episode, { index, task, first, fps, units, isSeen, isJudged }))
    first += episode.state.length
  }
  const whole = Object.fromEntries(
    Object.keys(features).map((name) => [name, parts.flatMap((part) => part[name]!)]),
  )
  const lengths = episodes.map(({ state }) => state.length)
  return new Map<string, string | Uint8Array>([
    [FILES.info, json(infoOf(features, { fps, robotType, lengths, tasks }))],
    [FILES.stats, json(statsOf(whole))],
    [FILES.tasks, tasksTable(tasks)],
    [FILES.episodes, episodesTable(episodes, parts)],
    [FILES.data, dataTable(features, whole, lengths)],
  ])
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`

const statsOf = (rows: Rows): Record<string, FeatureStats> =>
  Object.fromEntries(Object.entries(rows).map(([name, each]) => [name, featureStats(each)]))

function rowsOf(
  { action, isSuccess, state, surroundings }: Episode,
  at: {
    readonly index: number
    readonly task: number
    readonly first: number
    readonly fps: number
    readonly units: MotorUnits
    readonly isSeen: boolean
    readonly isJudged: boolean
  },
): Rows {
  const { fps, units } = at
  const scalar = (of: (frame: number) => number) => state.map((_, frame) => [of(frame)])
  return {
    [ACTION]: action.map((angles) => units.toRow(angles)),
    [STATE]: state.map((angles) => units.toRow(angles)),
    ...(at.isSeen && { [ENVIRONMENT]: surroundings.map((row) => Float32Array.from(row)) }),
    ...(at.isJudged && {
      [SUCCESS]: scalar((frame) => Number(isSuccess === true && frame === state.length - 1)),
    }),
    timestamp: scalar((frame) => Math.fround(frame / fps)),
    frame_index: scalar((frame) => frame),
    episode_index: scalar(() => at.index),
    index: scalar((frame) => at.first + frame),
    task_index: scalar(() => at.task),
  }
}

function infoOf(
  features: Readonly<Record<string, Feature>>,
  facts: {
    readonly fps: number
    readonly robotType: string
    readonly lengths: readonly number[]
    readonly tasks: readonly string[]
  },
): unknown {
  const { fps, lengths, robotType, tasks } = facts
  return {
    codebase_version: DATASET_VERSION,
    robot_type: robotType,
    total_episodes: lengths.length,
    total_frames: lengths.reduce((sum, length) => sum + length, 0),
    total_tasks: tasks.length,
    chunks_size: 1000,
    data_files_size_in_mb: 100,
    video_files_size_in_mb: 200,
    fps,
    splits: { train: `0:${lengths.length}` },
    data_path: DATA_PATH,
    video_path: null,
    features,
  }
}

/** A row group for each episode: readers that want one read one. */
function dataTable(
  features: Readonly<Record<string, Feature>>,
  rows: Rows,
  lengths: readonly number[],
): Uint8Array {
  const columns = Object.entries(features).map(([name, { dtype, names }]): Column => {
    const isList = names !== null
    const scalarOf = (row: ArrayLike<number>) => (dtype === 'bool' ? row[0] === 1 : row[0])
    const values = rows[name]!.map((row) => (isList ? Array.from(row) : scalarOf(row)))
    return { name, type: dtype, isList, rows: values }
  })
  const described = Object.entries(features).map(([name, { dtype, names, shape }]) => {
    const value = { dtype, _type: 'Value' }
    return [name, names === null ? value : { feature: value, length: shape[0], _type: 'List' }]
  })
  return encodeTable(columns, lengths, {
    huggingface: { info: { features: Object.fromEntries(described) } },
  })
}

/** As pandas writes a frame whose index is the task's text. */
function tasksTable(tasks: readonly string[]): Uint8Array {
  const columns: Column[] = [
    { name: 'task_index', type: 'int64', rows: tasks.map((_, index) => index) },
    { name: 'task', type: 'string', rows: tasks },
  ]
  const described = [
    ['task_index', 'int64', 'int64'],
    ['task', 'unicode', 'object'],
  ].map(([name, pandas_type, numpy_type]) => ({
    ...{ name, field_name: name, pandas_type, numpy_type, metadata: null },
  }))
  return encodeTable(columns, [tasks.length], {
    pandas: { index_columns: ['task'], column_indexes: [], columns: described },
  })
}

function episodesTable(episodes: readonly Episode[], parts: readonly Rows[]): Uint8Array {
  const numbers = (name: string, rows: readonly number[]): Column => ({ name, type: 'int64', rows })
  const zeros = episodes.map(() => 0)
  const from: number[] = []
  let first = 0
  for (const { state } of episodes) {
    from.push(first)
    first += state.length
  }
  const stats = parts.map(statsOf)
  const statColumns = Object.keys(parts[0]!).flatMap((feature) =>
    STATISTICS.map(
      (name): Column => ({
        name: `stats/${feature}/${name}`,
        type: name === 'count' ? 'int64' : 'float64',
        isList: true,
        rows: stats.map((each) => each[feature]![name]),
      }),
    ),
  )
  const columns = [
    numbers(
      'episode_index',
      episodes.map((_, index) => index),
    ),
    {
      name: 'tasks',
      type: 'string',
      isList: true,
      rows: episodes.map(({ task }) => [task]),
    } as const,
    numbers(
      'length',
      episodes.map(({ state }) => state.length),
    ),
    numbers('data/chunk_index', zeros),
    numbers('data/file_index', zeros),
    numbers('dataset_from_index', from),
    numbers(
      'dataset_to_index',
      episodes.map(({ state }, index) => from[index]! + state.length),
    ),
    ...statColumns,
    numbers('meta/episodes/chunk_index', zeros),
    numbers('meta/episodes/file_index', zeros),
  ]
  return encodeTable(columns, [episodes.length])
}
