import type { Engine } from '../../../../sim/engines/engine.ts'
import { loadTask } from '../../../../sim/tasks/load-task.node.ts'
import { taskDefinition, taskOnArm } from '../../../../sim/tasks/resolve-task.ts'
import { engineConfig } from '../../../../sim/world/create-task-env.ts'
import { TIMESTEP_S } from '../../reports/physics.ts'
import { type Bars, outcomeRows, type Played } from '../outcome-rows.ts'
import type { Finding } from '../row.ts'
import { compareOutcomes } from '../scenes/pushes.ts'
import { createStrikes, type StrikeOutcomes, strikeOutcomes } from '../scenes/strikes.ts'
import { CLOSED_FORM, type FidelitySetup, REFERENCE_STEP_S } from '../setup.ts'

const NUM_SEEDS = 5
const NUM_STRIKES = 12
const BARS: Bars = { medianM: 0.005, p90M: 0.01, yawRad: (15 * Math.PI) / 180 }
const MUJOCO_CAUSE =
  'the tip touches a struck puck for a few milliseconds at a time: MuJoCo takes few steps in that'

/** Pucks that are struck and slide on for a third of a metre, in both engines, against planar mechanics. */
export async function strikes(setup: FidelitySetup): Promise<Finding[]> {
  const evaluated = engineConfig('mujoco')
  const evaluationStepS = evaluated.timestepS / evaluated.substeps
  const inMujoco = (stepS: number) => ({
    text: `in MuJoCo, ${1e3 * stepS} ms`,
    play: (scene: Scene, use: Use) => setup.inMujoco(scene, use, TIMESTEP_S, stepS),
    tailCause: MUJOCO_CAUSE,
  })
  const worlds: readonly World[] = [
    { text: `at ${1e3 * TIMESTEP_S} ms`, play: (scene, use) => setup.inRapier(scene, use) },
    inMujoco(REFERENCE_STEP_S),
    inMujoco(evaluationStepS),
  ]
  const findings: Finding[] = []
  for (const { play, text, ...cause } of worlds) {
    const name = `${NUM_SEEDS} × ${NUM_STRIKES} strikes ${text}`
    const played = await playIn(play, setup)
    findings.push(...outcomeRows(played, { name, against: CLOSED_FORM, bars: BARS, ...cause }))
  }
  return findings
}

type Use = (engine: Engine) => StrikeOutcomes
type Scene = Parameters<FidelitySetup['inRapier']>[0]

interface World {
  readonly text: string
  readonly play: (scene: Scene, use: Use) => Promise<StrikeOutcomes>
  readonly tailCause?: string
}

async function playIn(
  play: World['play'],
  { panda: model, subject }: FidelitySetup,
): Promise<Played[]> {
  const config = loadTask('slide')
  const task = taskOnArm(config, model.name, taskDefinition(config))
  const scene: Scene = { arm: model, objects: ['cylinder'], count: NUM_STRIKES }
  const all: Played[] = []
  for (let k = 0; k < NUM_SEEDS; k++) {
    const seed = subject.seed + k
    const drawn = createStrikes(NUM_STRIKES, seed, { model, task, timestepS: TIMESTEP_S })
    const { played, theory } = await play(scene, (engine) => strikeOutcomes(engine, drawn))
    all.push({
      seed,
      tested: played,
      reference: theory,
      difference: compareOutcomes(played, theory),
    })
  }
  return all
}
