import { CodedError } from '../../configs/load/coded-error.ts'
import { loadConfig } from '../../configs/load/load.node.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import { type TaskOnArm, taskSchema } from '../../sim/tasks/task.schema.ts'
import { episodesOfDataset, trackOfEpisode } from '../lerobot/episodes-of-dataset.ts'
import { isDataset } from '../lerobot/is-dataset.node.ts'
import { readDataset } from '../lerobot/read-dataset.node.ts'
import { type DatasetMeaning, unitsOfDataset } from '../lerobot/units-of-dataset.node.ts'
import { TRACK_TOPICS, trackArm } from '../recording/arm-track.ts'
import { OBJECT_TOPICS, type ObjectSight, trackObject } from '../recording/object-track.ts'
import { openRecording } from '../recording/read-recording.node.ts'
import { withinMemory } from '../recording/within-memory.node.ts'
import type { RunScene } from '../viewer/frames.ts'

/** What an arm was told and did once, and what was seen of the object. */
export interface LoggedRun {
  readonly file: string
  /** False where the file breaks off. */
  readonly isComplete: boolean
  readonly arm: ArmDescription
  readonly track: ArmTrack
  readonly sights: readonly ObjectSight[]
  /** Null where it is not known, or not a shipped one. */
  readonly onArm: TaskOnArm | null
}

/** Which arm a dataset is of, how its numbers are meant, and what of it is asked for. */
export interface DatasetOptions extends DatasetMeaning {
  readonly arm: string
  /** Default: the first. */
  readonly episode: number | undefined
}

const FEWEST_CYCLES = 2

/**
 * A run out of a recording (MCAP), or an episode of a LeRobotDataset (its folder).
 *
 * @throws BRIDGE_RECORDING_INVALID, BRIDGE_DATASET_INVALID, BRIDGE_USAGE
 */
export async function loadRun(path: string, options: DatasetOptions): Promise<LoggedRun> {
  const [first] = await loadRuns(path, { ...options, ...(isDataset(path) && firstOf(options)) })
  return first!
}

const firstOf = ({ episode = 0 }: DatasetOptions) => ({ episode })

/** The same of every episode, where none is named. One at least. */
export async function loadRuns(path: string, options: DatasetOptions): Promise<LoggedRun[]> {
  if (isDataset(path)) return fromDataset(path, options)
  const stray = (['units', 'episode'] as const).find((name) => options[name] !== undefined)
  if (stray === undefined) return [fromRecording(path)]
  throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing about a recording`, {
    hint: `leave --${stray} out; it is for the folder of a LeRobotDataset`,
  })
}

function fromRecording(file: string): LoggedRun {
  const recording = openRecording(file, TRACK_TOPICS)
  const { scene, task } = recording.metadata
  const track = trackArm(withinMemory(file, recording.messages))
  if (scene === undefined || track.timeS.length < FEWEST_CYCLES) {
    const found = scene === undefined ? 'no arm in its metadata' : `${track.timeS.length} cycles`
    throw new CodedError('BRIDGE_RECORDING_INVALID', `${file} has ${found}`, {
      hint: 'record a run with sim2arm deploy --record',
    })
  }
  const { arm } = JSON.parse(scene) as RunScene
  const sights = trackObject(openRecording(file, OBJECT_TOPICS).messages, track.beganS)
  const { isComplete } = recording
  return { file, isComplete, arm, track, sights, onArm: shippedTask(task, arm.name) }
}

async function fromDataset(file: string, options: DatasetOptions): Promise<LoggedRun[]> {
  const dataset = await readDataset(file)
  const arm = loadArmDescription(options.arm)
  const episodes = episodesOfDataset(dataset, unitsOfDataset(dataset, arm, options))
  const { episode: number } = options
  const chosen = number === undefined ? episodes : episodes.slice(number, number + 1)
  if (chosen.length === 0) {
    const found = `${file} has ${episodes.length} episodes, none is number ${number}`
    throw new CodedError('BRIDGE_DATASET_INVALID', found, {
      hint: `--episode 0 to ${episodes.length - 1}`,
    })
  }
  return chosen.map((episode) => {
    const track = trackOfEpisode(episode, dataset.fps)
    return { file, isComplete: true, arm, track, sights: [], onArm: null }
  })
}

function shippedTask(name: string | undefined, arm: string): TaskOnArm | null {
  if (name === undefined) return null
  try {
    return taskOnArm(loadConfig('tasks', name, taskSchema), arm)
  } catch (error) {
    // Of somebody's own task, or of another version, the arm's part is all that can be told.
    if (error instanceof CodedError) return null
    throw error
  }
}
