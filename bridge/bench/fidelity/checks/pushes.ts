import { objectKinds } from '../../../../sim/tasks/resolve-task.ts'
import { createStrokes, type Stroke } from '../../push-strokes.ts'
import { COARSE_STEP_S, TIMESTEP_S } from '../../reports/physics.ts'
import { type Bars, outcomeRows, type Played } from '../outcome-rows.ts'
import type { Finding } from '../row.ts'
import { nativeOutcome } from '../scenes/native-pushes.node.ts'
import { compareOutcomes, outcomeOf, type StrokeOutcome, thinned } from '../scenes/pushes.ts'
import { type FidelitySetup, MUJOCO } from '../setup.ts'

const DEGREE = Math.PI / 180
const NUM_SEEDS = 5
const NUM_STROKES = 24
/** Set-points are made once, often enough for every engine's step. */
const SET_POINT_S = 0.004
const TAIL_CAUSE =
  'the tail is of pushes that pass more than 0.3 radii beside the middle: the puck slides off the tip'

const BARS: Bars = { medianM: 0.003, p90M: 0.005, yawRad: 6 * DEGREE }
/** Of the coarse profile, for which speed comes first. */
const COARSE_BARS: Bars = { medianM: 0.005, p90M: 0.01, yawRad: 10 * DEGREE }

/** Of MuJoCo's own library against the same version or another as WebAssembly: rounding, and what has changed. */
const NATIVE_BARS: Bars = { medianM: 0.001, p90M: 0.002, yawRad: 2 * DEGREE }

/** Randomized pushes at the training world's step. */
export function pushes(setup: FidelitySetup): Promise<Finding[]> {
  return comparePushes(setup, TIMESTEP_S, BARS)
}

/** The same pushes in the coarse profile. */
export function coarsePushes(setup: FidelitySetup): Promise<Finding[]> {
  return comparePushes(setup, COARSE_STEP_S, COARSE_BARS)
}

/** The same pushes by MuJoCo's own library, of the version that a Python has: beside both engines of the project. */
export async function nativePushes(setup: FidelitySetup): Promise<Finding[]> {
  const inRapier: Played[] = []
  const inMujoco: Played[] = []
  let version = ''
  for (let k = 0; k < NUM_SEEDS; k++) {
    const { seed, tested, reference } = await play(setup, setup.subject.seed + k, TIMESTEP_S)
    const native = await nativeOutcome(setup.subject, strokesOf(setup, seed, TIMESTEP_S))
    version = native.version
    const beside = (outcome: StrokeOutcome): Played => ({
      seed,
      tested: outcome,
      reference: native.outcome,
      difference: compareOutcomes(outcome, native.outcome),
    })
    inRapier.push(beside(tested))
    inMujoco.push(beside(reference))
  }
  const against = `MuJoCo ${version}, 1 ms`
  return [
    ...rowsOf(inRapier, stepName(TIMESTEP_S), against, BARS),
    ...rowsOf(inMujoco, 'in MuJoCo as WebAssembly', against, NATIVE_BARS),
  ]
}

async function comparePushes(setup: FidelitySetup, stepS: number, bars: Bars): Promise<Finding[]> {
  const played: Played[] = []
  for (let k = 0; k < NUM_SEEDS; k++) {
    played.push(await play(setup, setup.subject.seed + k, stepS))
  }
  return rowsOf(played, stepName(stepS), MUJOCO, bars)
}

function rowsOf(played: readonly Played[], tested: string, against: string, bars: Bars): Finding[] {
  const name = `${NUM_SEEDS} × ${NUM_STROKES} pushes ${tested}`
  return outcomeRows(played, { name, against, bars, tailCause: TAIL_CAUSE })
}

function stepName(stepS: number): string {
  return `at ${1e3 * stepS} ms`
}

async function play(setup: FidelitySetup, seed: number, stepS: number): Promise<Played> {
  const { model, onArm: task } = setup.subject
  const at = (timestepS: number) => strokesOf(setup, seed, timestepS)
  const scene = { arm: model, objects: objectKinds(task), count: NUM_STROKES }
  const reference = await setup.inMujoco(scene, (engine) => outcomeOf(engine, at(TIMESTEP_S)))
  const tested = await setup.inRapier(scene, (engine) => outcomeOf(engine, at(stepS)), stepS)
  return { seed, tested, reference, difference: compareOutcomes(tested, reference) }
}

/** With a set-point for every step of an engine. */
function strokesOf({ subject }: FidelitySetup, seed: number, timestepS: number): Stroke[] {
  const { model, onArm: task, randomization } = subject
  const options = { model, task, randomization, seed, timestepS: SET_POINT_S }
  return thinned(createStrokes(NUM_STROKES, options), Math.round(timestepS / SET_POINT_S))
}
