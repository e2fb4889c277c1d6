import { CodedError } from '../../../configs/load/coded-error.ts'
import { loadConfig } from '../../../configs/load/load.node.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { createMujocoEngine } from '../../../sim/engines/mujoco-engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import type { Randomization } from '../../../sim/randomization/randomization.schema.ts'
import { sceneToMjcf } from '../../../sim/scene/mjcf.ts'
import type { PushOnArm, PushParameter } from '../../../sim/tasks/push.ts'
import { objectKinds, taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { type TaskConfig, taskSchema } from '../../../sim/tasks/task.schema.ts'
import { createTaskEnv } from '../../../sim/world/create-task-env.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import {
  type ArmStepRate,
  benchEngine,
  benchEnvironment,
  type RateOptions,
} from '../bench-physics.ts'
import { type MujocoPeerResult, type MujocoPeerScene, runMujocoPhysics } from '../peer.node.ts'
import { createStrokes, type Stroke } from '../push-strokes.ts'
import { processStopwatch } from '../stopwatch.node.ts'
import { formatNumber, formatSpread, formatTable } from '../table.ts'

/** Time step and solver of training (configs/train), and MuJoCo's own. */
export const TIMESTEP_S = 0.008
export const ITERATIONS = 4
const MUJOCO_STEP_S = 0.002
const MUJOCO_SUBSTEPS = Math.round(TIMESTEP_S / MUJOCO_STEP_S)
/** MuJoCo's own library at a step that its contacts bear. */
const PEER_STEP_S = 0.004
/** Coarse profile, for curricula: two steps in a control step instead of five. */
export const COARSE_STEP_S = 0.02
const ENVIRONMENT = 'rapier 8 ms, whole environment'
const COARSE_ENVIRONMENT = 'rapier 20 ms, whole environment'
const WARM_UP_S = 2
const RAPIER_ARM_STEPS = 4000
const MUJOCO_ARM_STEPS = 480
const PEER_SCENES = 4
const SEED = 1

/** What the physics benches are about. */
export interface PhysicsSubject {
  readonly arm: ArmDescription
  readonly model: ArmModel
  readonly task: TaskConfig
  readonly onArm: PushOnArm
  readonly randomization: Randomization
  readonly seed: number
}

export function loadSubject({ options, seed, set }: CommandContext): PhysicsSubject {
  const arm = loadArmDescription((options['arm'] as string | undefined) ?? 'so101')
  const taskName = (options['task'] as string | undefined) ?? 'push'
  const task = loadConfig('tasks', taskName, taskSchema, { set })
  return {
    arm,
    model: compileArm(arm),
    task,
    onArm: taskOnArm<PushParameter>(task, arm.name),
    randomization: loadRandomization((options['randomization'] as string | undefined) ?? 'nominal'),
    seed: seed ?? SEED,
  }
}

interface Row extends ArmStepRate {
  readonly engine: string
}

/**
 * Complete environment steps per second with one to many arms; for pushes the physics alone besides, in both engines
 * and in MuJoCo's own library.
 */
export async function reportPhysics(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const subject = loadSubject(context)
  const isPush = subject.task.kind === 'push'
  if (options['peer'] === 'mujoco' && !isPush) {
    throw new CodedError('BRIDGE_USAGE', 'MuJoCo’s own library is compared on pushes only', {
      hint: 'leave --peer out, or take --task push',
    })
  }
  const armCounts = (options['arms'] as number[] | undefined) ?? [1, 16, 64, 128]
  const repeats = (options['repeats'] as number | undefined) ?? 5
  const rows: Row[] = []
  const add = (engine: string, rate: ArmStepRate) => {
    rows.push({ engine, ...rate })
    out.event({ type: 'rate', engine, ...rate })
  }
  for (const arms of armCounts) {
    signal.throwIfAborted()
    add(ENVIRONMENT, await timeEnvironment(subject, arms, rateOptions(RAPIER_ARM_STEPS, repeats)))
  }
  const most = Math.max(...armCounts)
  signal.throwIfAborted()
  const each = rateOptions(RAPIER_ARM_STEPS, repeats)
  add(COARSE_ENVIRONMENT, await timeEnvironment(subject, most, each, COARSE_STEP_S))
  if (isPush) {
    signal.throwIfAborted()
    add('rapier 8 ms', await timeRapier(subject, most, each))
    signal.throwIfAborted()
    add('mujoco wasm 2 ms', await timeMujoco(subject, rateOptions(MUJOCO_ARM_STEPS, repeats)))
  }
  const best = rows
    .filter(({ engine }) => engine === ENVIRONMENT)
    .reduce((a, b) => (a.armStepsPerS.median >= b.armStepsPerS.median ? a : b))
  const peer =
    options['peer'] === 'mujoco' ? await runMujocoPhysics(peerJob(subject, repeats)) : undefined
  out.line(rateTable(rows, peer))
  return {
    result: {
      task: subject.task.name,
      arm: subject.arm.name,
      arms: best.arms,
      armStepsPerS: best.armStepsPerS.median,
      rows,
      ...(peer !== undefined && {
        peer: { ...peer, stepsPerS: peer.stepsPerS.median, spread: peer.stepsPerS },
        ratio: best.armStepsPerS.median / peer.stepsPerS.median,
      }),
    },
    summary: `${formatNumber(best.armStepsPerS.median)} environment steps per second and core, ${best.arms} arms in a world${
      peer === undefined
        ? ''
        : `: ${(best.armStepsPerS.median / peer.stepsPerS.median).toFixed(2)} × MuJoCo ${peer.version}`
    }`,
  }
}

function rateOptions(minArmSteps: number, repeats: number): RateOptions {
  return { stopwatch: processStopwatch, repeats, minArmSteps, warmUpS: WARM_UP_S }
}

function controlSubsteps({ onArm }: PhysicsSubject): number {
  return Math.round(1 / (onArm.control.policyRateHz * TIMESTEP_S))
}

function strokesOf(subject: PhysicsSubject, count: number): Stroke[] {
  const { model, onArm: task, randomization, seed } = subject
  return createStrokes(count, { model, task, randomization, seed, timestepS: TIMESTEP_S })
}

async function timeRapier(
  subject: PhysicsSubject,
  arms: number,
  options: RateOptions,
): Promise<ArmStepRate> {
  const engine = await createRapierEngine({
    arm: subject.model,
    objects: objectKinds(subject.onArm),
    count: arms,
    timestepS: TIMESTEP_S,
    iterations: ITERATIONS,
  })
  try {
    const strokes = strokesOf(subject, Math.min(arms, 32))
    return benchEngine(engine, strokes, controlSubsteps(subject), options)
  } finally {
    engine.dispose()
  }
}

async function timeMujoco(subject: PhysicsSubject, options: RateOptions): Promise<ArmStepRate> {
  const engine = await createMujocoEngine({
    arm: subject.model,
    objects: objectKinds(subject.onArm),
    count: PEER_SCENES,
    timestepS: TIMESTEP_S,
    substeps: MUJOCO_SUBSTEPS,
  })
  try {
    return benchEngine(engine, strokesOf(subject, PEER_SCENES), controlSubsteps(subject), options)
  } finally {
    engine.dispose()
  }
}

async function timeEnvironment(
  subject: PhysicsSubject,
  arms: number,
  options: RateOptions,
  timestepS = TIMESTEP_S,
): Promise<ArmStepRate> {
  const { arm, task, randomization, seed } = subject
  const engine = {
    kind: 'rapier',
    timestepS,
    iterations: ITERATIONS,
    substeps: 1,
  } as const
  const env = await createTaskEnv({ arm, task, randomization, engine }, { numEnvs: arms })
  try {
    return benchEnvironment(env, seed, options)
  } finally {
    env.dispose()
  }
}

/** The strokes of the MuJoCo row for MuJoCo's own library: the same scenes, set-points and time step. */
function peerJob(subject: PhysicsSubject, repeats: number) {
  const strokes = strokesOf(subject, PEER_SCENES)
  const numJoints = subject.model.numJoints
  const scenes = strokes.map(({ physics, start, targets, numSteps }): MujocoPeerScene => {
    const { position, quaternion } = start.objects[0]!
    const [x, y, z, w] = quaternion
    const row = (step: number) => [...targets.subarray(step * numJoints, (step + 1) * numJoints)]
    return {
      mjcf: sceneToMjcf({
        arm: subject.model,
        physics,
        timestepS: PEER_STEP_S,
        drive: 'position',
      }),
      qpos: [...start.q, ...position, w!, x!, y!, z!],
      targets: Array.from({ length: numSteps }, (_, step) => row(step)),
    }
  })
  return {
    scenes,
    stepsPerTarget: Math.round(TIMESTEP_S / PEER_STEP_S),
    controlSteps: strokes[0]!.numSteps / controlSubsteps(subject),
    repeats,
    minArmSteps: MUJOCO_ARM_STEPS,
  }
}

function rateTable(rows: readonly Row[], peer: MujocoPeerResult | undefined): string {
  const lines = rows.map((row) => [
    row.engine,
    row.arms,
    formatSpread(row.armStepsPerS),
    formatSpread(row.armStepsPerWallS),
    formatNumber(1e6 * row.armStepS),
    peer === undefined ? '' : (row.armStepsPerS.median / peer.stepsPerS.median).toFixed(2),
  ])
  if (peer !== undefined) {
    lines.push([
      `mujoco ${peer.version}, Python package, 4 ms, physics alone`,
      1,
      formatSpread(peer.stepsPerS),
      formatSpread(peer.stepsPerWallS),
      formatNumber(1e6 / peer.stepsPerS.median),
      '1',
    ])
  }
  const head = ['physics', 'arms', 'steps/s and core', 'steps/s wall', 'µs per step', '× peer']
  return formatTable(head, lines)
}
