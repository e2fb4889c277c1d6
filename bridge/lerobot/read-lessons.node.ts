import { CodedError } from '../../configs/load/coded-error.ts'
import type { Demonstration } from '../../policy/learning/demonstrations.ts'
import { policyFacts } from '../../policy/learning/policy-facts.ts'
import type { TrainJob } from '../../policy/learning/train-job.node.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import { type ControlSpec, observationSize, sightOf } from '../../robot/io/spec.ts'
import { isWithin } from '../../sim/tasks/task.ts'
import type { TaskEnvConfig } from '../../sim/world/create-task-env.ts'
import { readDemonstrations } from '../recording/read-demonstrations.node.ts'
import { ENVIRONMENT, motorName, STATE } from './dataset-layout.ts'
import { type Episode, GOAL_AT, SURROUNDINGS } from './episode.ts'
import { episodesOfDataset } from './episodes-of-dataset.ts'
import { isDataset } from './is-dataset.node.ts'
import type { Units } from './motor-units.ts'
import { readDataset } from './read-dataset.node.ts'
import { teachFromEpisode } from './teach-from-episode.ts'
import { unitsOfDataset } from './units-of-dataset.node.ts'

/**
 * The episodes that ended well, of recordings (MCAP) and of LeRobotDatasets (folders), in terms of the policy that a job
 * trains.
 *
 * @throws BRIDGE_RECORDING_INVALID, BRIDGE_DATASET_INVALID, POLICY_MISMATCH
 */
export async function readLessons(
  paths: readonly string[],
  job: TrainJob,
): Promise<Demonstration[]> {
  const { arm, control, task } = policyFacts(job, 'unknown', {})
  const learner = {
    ...{ arm: arm.name, task, control: control.control },
    ...{ observation: observationSize(control), action: control.actionNames.length },
  }
  const lessons: Demonstration[] = []
  for (const path of paths) {
    const read = isDataset(path)
      ? await readDatasetLessons(path, job, control)
      : readDemonstrations([path], learner)
    lessons.push(...read)
  }
  return lessons
}

async function readDatasetLessons(
  folder: string,
  { datasets, environment }: TrainJob,
  spec: ControlSpec,
): Promise<Demonstration[]> {
  const { arm, task } = environment.config as TaskEnvConfig
  const dataset = await readDataset(folder)
  const units = unitsOfDataset(dataset, arm, {
    calibration: datasets?.calibration,
    units: datasets?.units as Units | undefined,
  })
  const model = compileControlled(arm, spec.control)
  const missing = model.jointNames.find((name) => !dataset.joints.includes(name))
  if (missing !== undefined) {
    throw invalid(folder, `lacks ${motorName(missing)} in ${STATE}, which ${task.name} moves`)
  }
  checkSight(folder, spec, dataset.frames[0]!.surroundings !== null)
  const episodes = episodesOfDataset(dataset, units).filter((episode) =>
    endedWell(episode, spec, task.success.mainThresholdM),
  )
  if (episodes.length === 0)
    throw invalid(folder, `holds no episode that succeeded in ${task.name}`)
  const lessons = episodes
    .map((episode) => teachFromEpisode(episode, { spec, model, fps: dataset.fps }))
    .filter((lesson) => lesson !== null)
    .filter(({ weight }) => weight?.some((each) => each > 0))
  if (lessons.length > 0) return lessons
  throw new CodedError(
    'BRIDGE_DATASET_INVALID',
    `dataset ${folder} holds no step that a policy for ${task.name} on ${arm.name} could have taken, in ${units.units}`,
    {
      hint: 'say with --units what its numbers are, and with --calibration where the zeros of its arm were',
    },
  )
}

/** Whether a dataset can tell what the policy sees. */
function checkSight(folder: string, spec: ControlSpec, isSeen: boolean): void {
  const { goal, objects } = sightOf(spec.control)
  if (objects.length > 1 || goal.yawSymmetry > 0) {
    throw invalid(folder, 'tells one object and a place for it, the task needs more')
  }
  if (isSeen) return
  throw new CodedError(
    'BRIDGE_DATASET_INVALID',
    `dataset ${folder} lacks the feature ${ENVIRONMENT}: where object and goal are, which the policy is told`,
    {
      hint: `add it to every frame, float32, with the names ${SURROUNDINGS.join(', ')}, in the arm's base; pictures are not looked at`,
    },
  )
}

/** As the dataset says; else as its last frame shows. */
function endedWell({ isSuccess, surroundings }: Episode, spec: ControlSpec, thresholdM: number) {
  if (isSuccess !== null) return isSuccess
  const last = surroundings.at(-1)!
  const axes = sightOf(spec.control).goal.height ? [0, 1, 2] : [0, 1]
  return isWithin(Math.hypot(...axes.map((k) => last[k]! - last[GOAL_AT + k]!)), thresholdM)
}

function invalid(folder: string, reason: string): CodedError {
  return new CodedError('BRIDGE_DATASET_INVALID', `dataset ${folder} ${reason}`, {
    hint: 'demonstrations must be of the same task and arm, as sim2arm export --format lerobot writes them',
  })
}
