import type { Engine } from '../../../sim/engines/engine.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { loadMujoco } from '../../../sim/engines/mujoco-scene.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { objectKinds } from '../../../sim/tasks/resolve-task.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { quantile } from '../figures.ts'
import {
  compareOutcomes,
  type FidelityResult,
  jammed,
  outcomeOf,
  type StrokeOutcome,
} from '../physics-fidelity.ts'
import { createStrokes, type Stroke } from '../push-strokes.ts'
import { formatTable } from '../table.ts'
import { ITERATIONS, loadSubject, type PhysicsSubject, TIMESTEP_S } from './physics.ts'

const NUM_STROKES = 24
const REFERENCE_STEP_S = 0.001
const COARSE_STEP_S = 0.002
/** 2 cm to the object, and 2 cm that it does not give. */
const JAM_TRAVEL_M = 0.04
const DEG = 180 / Math.PI

/**
 * Where the training world leaves the object after pushes, and MuJoCo at 1 ms after the same ones: the same
 * joint set-points and drawn physics. MuJoCo at 2 ms shows how much of it is the pushes' own sensitivity.
 */
export async function reportFidelity(context: CommandContext): Promise<CommandOutcome> {
  const { out } = context
  const subject = loadSubject(context)
  const { model, onArm: task, randomization, seed } = subject
  const options = { model, task, randomization, seed, timestepS: TIMESTEP_S }
  const strokes = createStrokes(NUM_STROKES, options)
  const engines = await createEngines(subject)
  try {
    const play = (engine: Engine, which: readonly Stroke[]) => outcomeOf(engine, model, which)
    const reference = play(engines.reference, strokes)
    const rapier = compareOutcomes(play(engines.rapier, strokes), reference)
    const coarse = compareOutcomes(play(engines.coarse, strokes), reference)
    const stuck = jammed(
      createStrokes(NUM_STROKES, { ...options, travelM: JAM_TRAVEL_M, asideRadii: 0 }),
    )
    const jamReference = jamOf(play(engines.reference, stuck))
    const jamRapier = jamOf(play(engines.rapier, stuck))
    out.line(fidelityTable(rapier, coarse))
    out.line('')
    out.line(jamTable(jamRapier, jamReference))
    return {
      result: {
        task: subject.task.name,
        arm: subject.arm.name,
        randomization: randomization.name,
        rapier,
        mujocoCoarse: coarse,
        jam: { rapier: jamRapier, mujoco: jamReference },
      },
      summary: `the object ends ${(1e3 * rapier.endM.median).toFixed(1)} mm from MuJoCo’s place (median of ${NUM_STROKES} pushes)`,
    }
  } finally {
    for (const engine of Object.values(engines)) engine.dispose()
  }
}

async function createEngines({ model, onArm }: PhysicsSubject) {
  const module = await loadMujoco()
  const objects = objectKinds(onArm)
  const shared = { arm: model, objects, count: NUM_STROKES, timestepS: TIMESTEP_S }
  const mujoco = (stepS: number) =>
    createMujocoEngine({ ...shared, substeps: Math.round(TIMESTEP_S / stepS), module })
  return {
    rapier: await createRapierEngine({ ...shared, iterations: ITERATIONS }),
    reference: await mujoco(REFERENCE_STEP_S),
    coarse: await mujoco(COARSE_STEP_S),
  }
}

interface Jam {
  /** Medians over the strokes: force on the tip [N], miss of the commanded place [m]. */
  readonly forceN: number
  readonly deflectionM: number
}

function jamOf(outcome: StrokeOutcome): Jam {
  return {
    forceN: quantile(outcome.endForceN, 0.5),
    deflectionM: quantile(outcome.deflectionM, 0.5),
  }
}

function fidelityTable(rapier: FidelityResult, coarse: FidelityResult): string {
  const row = (name: string, result: FidelityResult) => [
    name,
    (1e3 * result.endM.median).toFixed(1),
    (1e3 * result.endM.p90).toFixed(1),
    (DEG * result.yawRad.median).toFixed(1),
    (DEG * result.yawRad.p90).toFixed(1),
    (1e3 * result.tipM.median).toFixed(1),
    result.forceRatio.toFixed(2),
  ]
  const pushed = (1e3 * rapier.pushedM).toFixed(0)
  const head = [
    `pushes of ${pushed} mm, against mujoco 1 ms`,
    'end mm',
    'p90',
    'yaw °',
    'p90',
    'tip mm',
    'force ×',
  ]
  return formatTable(head, [row('rapier 8 ms', rapier), row('mujoco 2 ms', coarse)])
}

function jamTable(rapier: Jam, mujoco: Jam): string {
  const row = (name: string, jam: Jam) => [
    name,
    jam.forceN.toFixed(2),
    (1e3 * jam.deflectionM).toFixed(1),
  ]
  const head = ['object that does not give way', 'tip force N', 'tip misses its place by mm']
  return formatTable(head, [row('rapier 8 ms', rapier), row('mujoco 1 ms', mujoco)])
}
