import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import type { ZodType } from 'zod'
import { CodedError } from '../../configs/load/coded-error.ts'
import { type DatasetInfo, datasetInfoSchema } from './dataset-info.schema.ts'
import { ACTION, ENVIRONMENT, FILES, ORIGIN_FILE, STATE, SUCCESS } from './dataset-layout.ts'
import { type DatasetOrigin, datasetOriginSchema } from './dataset-origin.schema.ts'
import { SURROUNDINGS } from './episode.ts'

/** A row of `data/`: what was measured and commanded in one frame, in the dataset's units. */
export interface DatasetFrame {
  readonly episode: number
  readonly state: readonly number[]
  readonly action: readonly number[]
  readonly task: string
  /** As `SURROUNDINGS` names them; null where the dataset has other features, or none. */
  readonly surroundings: readonly number[] | null
  /** Whether it ends its episode in success; null where the dataset does not say. */
  readonly isSuccess: boolean | null
}

export interface Dataset {
  readonly folder: string
  readonly fps: number
  /** What LeRobot calls the arm; empty where it does not say. */
  readonly robotType: string
  /** What our export says besides; null where somebody else wrote it. */
  readonly origin: DatasetOrigin | null
  /** Joints of state and action, without `.pos`. */
  readonly joints: readonly string[]
  /** In order, episode after episode. */
  readonly frames: readonly DatasetFrame[]
}

type Row = Readonly<Record<string, unknown>>

/**
 * Reads joints and commands of a LeRobotDataset v3; pictures are left alone.
 *
 * @throws BRIDGE_DATASET_INVALID when files are missing, broken, of another version, or not of an arm's joints
 */
export async function readDataset(folder: string): Promise<Dataset> {
  const info: DatasetInfo = readJson(folder, FILES.info, datasetInfoSchema)
  const origin = existsSync(join(folder, ORIGIN_FILE))
    ? readJson(folder, ORIGIN_FILE, datasetOriginSchema)
    : null
  const joints = jointsOf(folder, info)
  const tasks = new Map<number, string>()
  for (const row of await readTable(folder, FILES.tasks)) {
    tasks.set(Number(row['task_index']), String(row['task'] ?? row['__index_level_0__']))
  }
  const isSeen = String(info.features[ENVIRONMENT]?.names) === String(SURROUNDINGS)
  const frames: DatasetFrame[] = []
  for (const file of dataFiles(folder)) {
    for (const row of await readTable(folder, file)) {
      const state = numbers(row[STATE], joints.length)
      const action = numbers(row[ACTION], joints.length)
      if (state === null || action === null) {
        throw invalid(
          folder,
          `frame ${frames.length} in ${file} lacks some of ${joints.length} joints`,
        )
      }
      const task = tasks.get(Number(row['task_index'])) ?? ''
      const surroundings = isSeen ? numbers(row[ENVIRONMENT], SURROUNDINGS.length) : null
      const said = row[SUCCESS]
      const isSuccess = typeof said === 'boolean' ? said : null
      const episode = Number(row['episode_index'])
      frames.push({ episode, state, action, task, surroundings, isSuccess })
    }
  }
  if (frames.length !== info.total_frames) {
    throw invalid(folder, `info.json counts ${info.total_frames} frames, data has ${frames.length}`)
  }
  return { folder, fps: info.fps, robotType: info.robot_type ?? '', origin, joints, frames }
}

function readJson<T>(folder: string, file: string, schema: ZodType<T>): T {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  } catch (cause) {
    throw invalid(folder, `${file}: ${firstLine(cause)}`, cause)
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const { message, path } = parsed.error.issues[0]!
  throw invalid(folder, `${file}: ${path.map(String).join('.')}: ${message}`)
}

/** Names of state and action, which have to be the same joints in the same order. */
function jointsOf(folder: string, { features }: DatasetInfo): string[] {
  const [state, action] = [STATE, ACTION].map((key) => {
    const names = features[key]?.names
    return (Array.isArray(names) ? names : Object.values(names ?? {}).flat()).join()
  })
  if (state === '' || state !== action) {
    const found = `action ${action || 'unnamed'}, ${STATE} ${state || 'unnamed'}`
    throw invalid(folder, `expected the same joints in action and ${STATE}, found ${found}`)
  }
  return state!.split(',').map((name) => name.replace(/\.pos$/, ''))
}

function dataFiles(folder: string): string[] {
  const files = existsSync(join(folder, 'data'))
    ? readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })
    : []
  return files
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => join('data', name))
}

async function readTable(folder: string, file: string): Promise<Row[]> {
  try {
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, file))
    return await parquetReadObjects({
      file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    })
  } catch (cause) {
    throw invalid(folder, `${file}: ${firstLine(cause)}`, cause)
  }
}

function numbers(value: unknown, size: number): number[] | null {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return null
  const row = Array.from(value as ArrayLike<number>, Number)
  return row.length === size && row.every(Number.isFinite) ? row : null
}

const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!

const invalid = (folder: string, reason: string, cause?: unknown): CodedError =>
  new CodedError('BRIDGE_DATASET_INVALID', `cannot read dataset ${folder}: ${reason}`, {
    hint: 'pass the folder of a LeRobotDataset v3.0 of an arm, meta/ and data/ in it',
    cause,
  })
