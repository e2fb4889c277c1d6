import { objectKinds } from '../../../../sim/tasks/resolve-task.ts'
import { quantile } from '../../figures.ts'
import { createStrokes } from '../../push-strokes.ts'
import { COARSE_STEP_S, TIMESTEP_S } from '../../reports/physics.ts'
import type { Finding, Unit } from '../row.ts'
import {
  compareOutcomes,
  type OutcomeDifference,
  outcomeOf,
  type StrokeOutcome,
  thinned,
} from '../scenes/pushes.ts'
import { type FidelitySetup, MUJOCO } from '../setup.ts'

const DEGREE = Math.PI / 180
const NUM_SEEDS = 5
const NUM_STROKES = 24
/** Set-points are made once, often enough for every engine's step. */
const SET_POINT_S = 0.004
const TAIL_CAUSE =
  'the tail is of pushes that pass more than 0.3 radii beside the middle: the puck slides off the tip'

interface Bars {
  readonly medianM: number
  readonly p90M: number
  readonly yawRad: number
}

const BARS: Bars = { medianM: 0.003, p90M: 0.005, yawRad: 6 * DEGREE }
/** Of the coarse profile, for which speed comes first. */
const COARSE_BARS: Bars = { medianM: 0.005, p90M: 0.01, yawRad: 10 * DEGREE }

/** The pushes of one seed. */
interface Played {
  readonly seed: number
  readonly tested: StrokeOutcome
  readonly reference: StrokeOutcome
  readonly difference: OutcomeDifference
}

/** Randomized pushes at the training world's step. */
export function pushes(setup: FidelitySetup): Promise<Finding[]> {
  return comparePushes(setup, TIMESTEP_S, BARS)
}

/** The same pushes in the coarse profile. */
export function coarsePushes(setup: FidelitySetup): Promise<Finding[]> {
  return comparePushes(setup, COARSE_STEP_S, COARSE_BARS)
}

async function comparePushes(setup: FidelitySetup, stepS: number, bars: Bars): Promise<Finding[]> {
  const played: Played[] = []
  for (let k = 0; k < NUM_SEEDS; k++) {
    played.push(await play(setup, setup.subject.seed + k, stepS))
  }
  return findings(played, stepS, bars)
}

async function play(setup: FidelitySetup, seed: number, stepS: number): Promise<Played> {
  const { model, onArm: task, randomization } = setup.subject
  const options = { model, task, randomization, seed, timestepS: SET_POINT_S }
  const strokes = createStrokes(NUM_STROKES, options)
  const at = (timestepS: number) => thinned(strokes, Math.round(timestepS / SET_POINT_S))
  const scene = { arm: model, objects: objectKinds(task), count: NUM_STROKES }
  const reference = await setup.inMujoco(scene, (engine) => outcomeOf(engine, at(TIMESTEP_S)))
  const tested = await setup.inRapier(scene, (engine) => outcomeOf(engine, at(stepS)), stepS)
  return { seed, tested, reference, difference: compareOutcomes(tested, reference) }
}

function findings(played: readonly Played[], stepS: number, bars: Bars): Finding[] {
  const name = `${NUM_SEEDS} × ${NUM_STROKES} pushes at ${1e3 * stepS} ms`
  const value = (read: (outcome: StrokeOutcome) => Float64Array) => {
    const median = (side: 'tested' | 'reference') =>
      quantile(
        played.flatMap((one) => [...read(one[side])]),
        0.5,
      )
    return { measured: median('tested'), expected: median('reference') }
  }
  const way = value(({ pushedM }) => pushedM)
  const turn = value(({ objectYawRad }) => objectYawRad.map(Math.abs))
  const row = (
    text: string,
    unit: Unit,
    median: typeof way,
    apart: (difference: OutcomeDifference) => readonly number[],
    share: number,
    bar: number,
    cause?: string,
  ): Finding => {
    const perSeed = played.map(({ difference }) => quantile(apart(difference), share))
    return {
      what: `${name}: ${text}`,
      against: MUJOCO,
      unit,
      ...median,
      error: quantile(
        played.flatMap(({ difference }) => [...apart(difference)]),
        share,
      ),
      errorUnit: unit,
      seeds: played.map(({ seed }) => seed),
      errorSpread: [Math.min(...perSeed), Math.max(...perSeed)],
      bar,
      ...(cause !== undefined && { cause }),
    }
  }
  const ends = ({ endM }: OutcomeDifference) => endM
  const yaws = ({ yawRad }: OutcomeDifference) => yawRad
  return [
    row('way of the object; ends apart, median', 'm', way, ends, 0.5, bars.medianM),
    row('ends apart, 90 % of them', 'm', way, ends, 0.9, bars.p90M, TAIL_CAUSE),
    row('turn of the object; apart, median', 'rad', turn, yaws, 0.5, bars.yawRad),
  ]
}
