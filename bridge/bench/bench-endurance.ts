import { compileControlled } from '../../robot/io/compile-controlled.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { Engine } from '../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../sim/engines/mujoco-engine.ts'
import { strongestPress } from '../../sim/engines/rapier-arm.ts'
import { createRapierEngine, tableHalfSizeOf } from '../../sim/engines/rapier-engine.ts'
import type { Randomization } from '../../sim/randomization/randomization.schema.ts'
import type { ObjectKind } from '../../sim/scene/object.ts'
import { createSolver } from '../../sim/solvers/index.ts'
import type { TaskCode } from '../../sim/tasks/import-task.node.ts'
import { objectKinds, taskOnArm } from '../../sim/tasks/resolve-task.ts'
import type { TaskConfig, TaskOnArm } from '../../sim/tasks/task.schema.ts'
import { TaskEnv } from '../../sim/world/task-env.ts'
import { RoughPlayer } from './endurance/rough-player.ts'
import { type Sightings, watchEngine } from './endurance/watch.ts'

export interface EnduranceOptions {
  readonly arm: ArmDescription
  readonly task: TaskConfig
  /** What the task does, and its script if it has one of its own. */
  readonly code: TaskCode
  readonly randomization: Randomization
  /** The second engine plays the same, to be compared with. */
  readonly world: Engine['kind']
  readonly timestepS: number
  /** Of Rapier. */
  readonly iterations: number
  /** Arms in one world. */
  readonly arms: number
  /** Simulated, of each arm. */
  readonly minutes: number
  /** New physics and a new start at the end of each episode, else only a new goal. */
  readonly resets: boolean
  readonly seed: number
  /** Called after each episode. */
  readonly onEpisode?: (episode: number, episodes: number) => void
}

export interface EnduranceResult extends Sightings {
  readonly task: string
  readonly arm: string
  readonly world: Engine['kind']
  readonly resets: boolean
  /** Values of observations, critic's inputs and rewards that were no numbers. */
  readonly nonFinite: number
  /** Names of what went beyond its limit. */
  readonly broken: readonly string[]
}

/**
 * What still counts as physics.
 *
 * Speed: the bodies that follow the arm go 3 m/s at most (`rapier-tie.ts`), and an object that they do not
 * drive has only what it falls. A joint may be driven beyond its motor's top speed: by gravity, by a spring let go,
 * and by the table, into which a Panda that slides fast runs its tool with 550 N, against 12 Nm in the wrist. MuJoCo,
 * which is played the same by `--world mujoco`, has 3 times there, and 18 times in the fingers.
 *
 * Depth: Rapier's contacts are springs, and those with the table have 60 Hz on the object's own mass whatever
 * is set, so that 30 N sink a 20 g block by 4.4 mm, and less an edge of it. Four fifths of the smallest
 * object's half size is where the shortest way out could become the one through. An arm that presses harder
 * gets `PRESS_N_PER_M` on top: the tie that it presses with is such a spring. MuJoCo lets a Panda press objects
 * 32 mm into the table in the same play.
 */
export const LIMITS = {
  objectSpeedMPerS: 3,
  jointSpeedShare: 8,
  objectInTableM: 0.01,
  toolInObjectM: 0.01,
  objectInObjectM: 0.01,
} as const

const PRESS_N_PER_M = 20_000

/** Strongest gravity of the presets, with a margin [m/s²]. */
const GRAVITY = 12

/** Plays rough for a while and says what the world made of it. */
export async function benchEndurance(options: EnduranceOptions): Promise<EnduranceResult> {
  const { task, code, randomization, seed } = options
  const { definition, solver } = code
  const onArm = taskOnArm(task, options.arm.name, definition)
  const model = compileControlled(options.arm, onArm.control)
  const engine = await createEngine(model, objectKinds(onArm), options)
  const sightings = watchEngine(engine, model, tableHalfSizeOf(model))
  const env = new TaskEnv({ model, task, definition, randomization, engine })
  try {
    const setting = { spec: env.spec, onArm, model }
    const isScripted = task.kind !== undefined || solver !== undefined
    const create = isScripted ? () => createSolver(task, setting, solver) : undefined
    const player = new RoughPlayer(env, create, seed)
    const nonFinite = play(env, player, options)
    return {
      task: task.name,
      arm: options.arm.name,
      world: engine.kind,
      resets: options.resets,
      ...sightings,
      nonFinite,
      broken: brokenOf(sightings, nonFinite, onArm, model),
    }
  } finally {
    env.dispose()
  }
}

function createEngine(
  arm: ArmModel,
  objects: readonly ObjectKind[],
  { arms: count, iterations, timestepS, world }: EnduranceOptions,
): Promise<Engine> {
  return world === 'mujoco'
    ? createMujocoEngine({ arm, objects, count, timestepS })
    : createRapierEngine({ arm, objects, count, timestepS, iterations })
}

function play(env: TaskEnv, player: RoughPlayer, options: EnduranceOptions): number {
  const { minutes, resets, seed, onEpisode } = options
  const episodes = Math.ceil((60 * minutes * env.spec.control.policyRateHz) / env.episodeSteps)
  let nonFinite = 0
  for (let episode = 0; episode < episodes; episode++) {
    if (resets || episode === 0) env.reset({ seed, episode: episode * env.numEnvs, width: 1 })
    else env.newGoal()
    player.begin()
    for (let step = 0; step < env.episodeSteps; step++) {
      env.step(player.act())
      for (const values of [env.observation, env.critic, env.reward, env.objectSpeedMPerS]) {
        for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) nonFinite++
      }
    }
    onEpisode?.(episode + 1, episodes)
  }
  return nonFinite
}

/** Names of what did not hold; what fell over the edge has only been pushed there. */
export function brokenOf(
  seen: Sightings,
  nonFinite: number,
  { control }: TaskOnArm,
  arm: ArmModel,
): string[] {
  const pressM = strongestPress(arm) / PRESS_N_PER_M
  const fallMPerS = Math.sqrt(2 * GRAVITY * control.action.height.maxM)
  const limits = {
    ...LIMITS,
    objectSpeedMPerS: Math.max(LIMITS.objectSpeedMPerS, fallMPerS),
    objectInTableM: LIMITS.objectInTableM + pressM,
    toolInObjectM: LIMITS.toolInObjectM + pressM,
    lost: 0,
    tunnelled: 0,
    nonFinite: 0,
  }
  const found = { ...seen, nonFinite }
  return Object.entries(limits)
    .filter(([name, limit]) => found[name as keyof typeof limits] > limit)
    .map(([name]) => name)
}
