import { sightOf } from '../../robot/io/spec.ts'
import { PARAMETERS, type ParameterName } from '../../sim/randomization/parameters.ts'
import { isGeometric, type Range } from '../../sim/randomization/range.ts'
import type { TaskEnv } from '../../sim/world/task-env.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { toPlace, toVector3 } from './frame-values.ts'
import type {
  DrawnParameter,
  DrawnWorld,
  Draws,
  GoalPlace,
  SampleScene,
  WorldState,
  WorldStates,
} from './frames.ts'
import { parameterWords } from './parameter-words.ts'

type Sampled = Pick<TaskActor, 'name' | 'arm' | 'model' | 'task' | 'onArm'>

/** What a simulation tells the viewer of its draws, and of the worlds that live by them. */
export interface SampleFrames {
  readonly scene: SampleScene
  /** @param episode - of the first arm */
  draws(episode: number): Draws
  states(episode: number): WorldStates
}

/**
 * @param randomization - name of what `env` draws from
 * @param most - of its arms are shown, from the first
 */
export function createSampleFrames(
  actor: Sampled,
  env: TaskEnv,
  randomization: string,
  most = env.numEnvs,
): SampleFrames {
  const { arm, model, task, onArm } = actor
  const arms = env.arms.slice(0, most)
  const drawn = drawnNumbers(env)
  const objectNames = onArm.objects.map(({ name }) => name)
  const of = { one: [], joint: model.jointNames, link: model.jointNames, object: objectNames }
  return {
    scene: {
      shows: 'sample',
      title: `${randomization} · ${task.name} · ${arm.title}`,
      source: `simulation, ${actor.name} acting`,
      arm,
      joints: model.jointNames,
      thresholdM: task.success.mainThresholdM,
      count: arms.length,
      episodeS: onArm.episodeS,
      parameters: drawn.map((number) => describeParameter(number, of)),
    },
    draws: (episode) => ({ episode, worlds: arms.map((each) => drawnWorld(each, drawn)) }),
    states: (episode) => ({
      episode,
      timeS: env.episodeTimeS,
      worlds: arms.map((_, index) => worldState(actor, env, index)),
    }),
  }
}

/** A number that is drawn: of which parameter, which of its numbers, and from where. */
interface DrawnNumber {
  readonly name: ParameterName
  readonly index: number
  readonly range: Range
}

/** In the order of a draw's coordinates. */
function drawnNumbers({ drawn }: TaskEnv): DrawnNumber[] {
  return drawn.flatMap(({ name, ranges }) => ranges.map((range, index) => ({ name, index, range })))
}

function describeParameter(
  { name, index, range }: DrawnNumber,
  of: Readonly<Record<DrawnParameter['per'], readonly string[]>>,
): DrawnParameter {
  const per = PARAMETERS[name]
  const { low, high } = range
  const isLog = isGeometric(range)
  return { name, ...parameterWords(name), per, of: of[per][index] ?? '', low, high, isLog }
}

function drawnWorld(
  { draw, physics }: TaskEnv['arms'][number],
  drawn: readonly DrawnNumber[],
): DrawnWorld {
  const { gravity, linkLengthScale, objects, table } = physics
  const { heightM, tiltXRad, tiltYRad } = table
  return {
    objects: objects.map(({ shape }) => ({
      kind: shape.kind,
      halfSizeM: toVector3(shape.halfSizeM),
    })),
    table: { heightM, tiltXRad, tiltYRad },
    gravity: toVector3(gravity),
    linkLengthScale: Array.from(linkLengthScale),
    values: drawn.map(({ name, index }) => draw.values[name][index]!),
    shares: Array.from(draw.coordinates, (coordinate) => (coordinate + 1) / 2),
  }
}

/** Where arm `index` and everything around it is. */
export function worldState(
  { onArm }: Pick<Sampled, 'onArm'>,
  env: TaskEnv,
  index: number,
): WorldState {
  const { q, objects, tipForce } = env.stateOf(index)
  return {
    q: Array.from(q),
    objects: objects.map(toPlace),
    goal: goalOf(env.tasks[index]!.goal, onArm),
    isReached: env.isSuccess[index] === 1,
    tipForceN: toVector3(tipForce),
  }
}

/** A goal is a place, and a yaw where the task has one; see `goalSize`. */
function goalOf(goal: Float64Array, { control }: Sampled['onArm']): GoalPlace {
  const { height, yawSymmetry } = sightOf(control).goal
  return {
    x: goal[0]!,
    y: goal[1]!,
    ...(height && { z: goal[2]! }),
    ...(yawSymmetry > 0 && { yawRad: goal[height ? 3 : 2]! }),
  }
}
