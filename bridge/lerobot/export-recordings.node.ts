import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { Control } from '../../robot/io/control.schema.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { openRecording } from '../recording/read-recording.node.ts'
import { withinMemory } from '../recording/within-memory.node.ts'
import type { RunScene } from '../viewer/frames.ts'
import { cutEpisodes, EPISODE_TOPICS } from './cut-episodes.ts'
import { ORIGIN_FILE } from './dataset-layout.ts'
import type { DatasetOrigin } from './dataset-origin.schema.ts'
import { encodeDataset } from './encode-dataset.ts'
import type { Episode } from './episode.ts'
import { createMotorUnits, type Units } from './motor-units.ts'
import { writeDataset } from './write-dataset.node.ts'

/** Frames a second where no policy says otherwise: the usual rate of LeRobot. */
const USUAL_FPS = 30

export interface ExportOptions {
  /** Default: the policy's rate, or 30. */
  readonly fps: number | undefined
  /** Default: as LeRobot writes this arm. */
  readonly units: Units | undefined
  /** What was to be done, in words; default: the task's name. */
  readonly instruction: string | undefined
}

export interface ExportReport {
  readonly arm: string
  readonly units: Units
  readonly fps: number
  readonly episodes: number
  readonly frames: number
  /** Recordings that break off. */
  readonly incomplete: readonly string[]
}

interface Source {
  readonly arm: ArmDescription
  /** Null for an arm whose own controllers know its zeros. */
  readonly calibration: ArmCalibration | null
  readonly fps: number
  readonly episodes: readonly Episode[]
}

/**
 * Writes recordings of one arm as one LeRobotDataset.
 *
 * @param files - of `deploy --record`, `demo --record` or `record`, one at least
 * @throws BRIDGE_RECORDING_INVALID when one cannot be read, is of another arm, rate or calibration than the first,
 * lacks the calibration that its units need, or holds nothing; BRIDGE_DISK
 */
export function exportRecordings(
  files: readonly string[],
  folder: string,
  options: ExportOptions,
): ExportReport {
  const incomplete: string[] = []
  const sources = files.map((file) => readSource(file, options, incomplete))
  const [first] = sources as [Source, ...Source[]]
  for (const [index, source] of sources.entries()) checkSame(files, index, source, first)
  const episodes = sources.flatMap((source) => source.episodes)
  const { arm, calibration, fps } = first
  const units = createMotorUnits(arm, calibration, episodes[0]!.joints, options.units)
  const robotType = arm.bus?.lerobot?.robotType ?? arm.name
  const origin: DatasetOrigin = {
    ...{ version: 1, arm: arm.name, units: units.units },
    calibration: calibration === null ? null : [...calibration.joints],
  }
  const content = encodeDataset(episodes, { fps, robotType, units })
  writeDataset(folder, new Map([...content, [ORIGIN_FILE, JSON.stringify(origin, null, 4)]]))
  const frames = episodes.reduce((sum, { state }) => sum + state.length, 0)
  return { arm: arm.name, units: units.units, fps, episodes: episodes.length, frames, incomplete }
}

function readSource(file: string, options: ExportOptions, incomplete: string[]): Source {
  const recording = openRecording(file, EPISODE_TOPICS)
  const { calibration, control, scene, task } = recording.metadata
  if (scene === undefined || calibration === undefined) {
    throw invalid(file, 'does not say of which arm it is', 'export a recording of sim2arm')
  }
  const rateHz = control === undefined ? USUAL_FPS : (JSON.parse(control) as Control).policyRateHz
  const fps = options.fps ?? Math.round(rateHz)
  const messages = withinMemory(file, recording.messages)
  const episodes = cutEpisodes(messages, fps, options.instruction ?? task ?? 'move')
  if (episodes.length === 0) throw invalid(file, 'holds no episode', 'record a longer run')
  if (!recording.isComplete) incomplete.push(file)
  const { arm } = JSON.parse(scene) as RunScene
  return { arm, calibration: JSON.parse(calibration) as ArmCalibration | null, fps, episodes }
}

/** One dataset has one arm with one calibration, one rate and one order of joints. */
function checkSame(files: readonly string[], index: number, source: Source, first: Source): void {
  const facts = ({ arm, calibration, episodes, fps }: Source) => ({
    arm: arm.name,
    rate: fps,
    joints: episodes[0]!.joints,
    calibration: calibration?.joints ?? null,
  })
  const [own, expected] = [facts(source), facts(first)]
  for (const key of Object.keys(own) as (keyof typeof own)[]) {
    if (JSON.stringify(own[key]) === JSON.stringify(expected[key])) continue
    const reason = `has another ${key} than ${files[0]}`
    throw invalid(files[index]!, reason, 'export them to datasets of their own')
  }
}

const invalid = (file: string, reason: string, hint: string): CodedError =>
  new CodedError('BRIDGE_RECORDING_INVALID', `${file} ${reason}`, { hint })
