import { RandomStream } from '../../robot/model/random.ts'
import type { Engine } from '../../sim/engines/engine.ts'
import type { VecEnv } from '../../sim/world/vec-env.ts'
import { type Spread, spreadOf } from './figures.ts'
import type { Stroke } from './push-strokes.ts'
import { type Stopwatch, warmUp } from './stopwatch.ts'

/** A control step of one arm: one period of the policy, 40 ms at 25 Hz. */
export interface ArmStepRate {
  readonly arms: number
  /** Per second of processor time: what one core does. */
  readonly armStepsPerS: Spread
  readonly armStepsPerWallS: Spread
  /** Processor time of one arm's control step, median [s]. */
  readonly armStepS: number
}

export interface RateOptions {
  readonly stopwatch: Stopwatch
  readonly repeats: number
  /** Least number of arm steps in one repeat. */
  readonly minArmSteps: number
  readonly warmUpS: number
}

/** Physics alone: an engine driven with the set-points of strokes, one stroke per arm. */
export function benchEngine(
  engine: Engine,
  strokes: readonly Stroke[],
  stepsPerControlStep: number,
  options: RateOptions,
): ArmStepRate {
  const place = () => {
    for (let arm = 0; arm < engine.count; arm++) {
      const { physics, start } = strokes[arm % strokes.length]!
      engine.reset(arm, physics, start)
    }
  }
  const play = () => playStrokes(engine, strokes)
  const controlSteps = strokes[0]!.numSteps / stepsPerControlStep
  return rateOf(engine.count, controlSteps, place, play, options)
}

/**
 * A whole training environment under random actions, episode after episode: reset, physics, controller, sensors,
 * reward, observation.
 */
export function benchEnvironment(env: VecEnv, seed: number, options: RateOptions): ArmStepRate {
  const random = new RandomStream(seed)
  const actions = new Float32Array(env.numEnvs * env.actionSize)
  let episode = 0
  const play = () => {
    env.reset({ seed, episode, width: 1 })
    episode += env.numEnvs
    for (let step = 0; step < env.episodeSteps; step++) {
      for (let k = 0; k < actions.length; k++) actions[k] = random.between(-1, 1)
      env.step(actions)
    }
  }
  return rateOf(env.numEnvs, env.episodeSteps, () => undefined, play, options)
}

/** Drives every arm through its stroke from where it stands. */
export function playStrokes(
  engine: Engine,
  strokes: readonly Stroke[],
  afterStep: (step: number) => void = () => undefined,
): void {
  const numJoints = strokes[0]!.start.q.length
  const target = new Float64Array(numJoints)
  for (let step = 0; step < strokes[0]!.numSteps; step++) {
    for (let arm = 0; arm < engine.count; arm++) {
      const { targets } = strokes[arm % strokes.length]!
      for (let i = 0; i < numJoints; i++) target[i] = targets[step * numJoints + i]!
      engine.setTarget(arm, target)
    }
    engine.step()
    afterStep(step)
  }
}

/** Repeats of `place` (not timed) and `play` (timed), as often as `minArmSteps` asks. */
function rateOf(
  arms: number,
  controlSteps: number,
  place: () => void,
  play: () => void,
  { stopwatch, repeats, minArmSteps, warmUpS }: RateOptions,
): ArmStepRate {
  warmUp(stopwatch, warmUpS, () => {
    place()
    play()
  })
  const plays = Math.max(1, Math.ceil(minArmSteps / (arms * controlSteps)))
  const perCpu: number[] = []
  const perWall: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    let cpuS = 0
    let wallS = 0
    for (let i = 0; i < plays; i++) {
      place()
      const beginCpuS = stopwatch.cpuS()
      const beginWallS = stopwatch.wallS()
      play()
      wallS += stopwatch.wallS() - beginWallS
      cpuS += stopwatch.cpuS() - beginCpuS
    }
    perCpu.push((plays * arms * controlSteps) / cpuS)
    perWall.push((plays * arms * controlSteps) / wallS)
  }
  const armStepsPerS = spreadOf(perCpu)
  return {
    arms,
    armStepsPerS,
    armStepsPerWallS: spreadOf(perWall),
    armStepS: 1 / armStepsPerS.median,
  }
}
