import type { ArmModel } from '../../../../robot/model/arm.ts'
import { rms } from '../../figures.ts'
import { COARSE_STEP_S, TIMESTEP_S } from '../../reports/physics.ts'
import { type PendulumBody, pendulumPeriodS } from '../closed-forms.ts'
import { type Finding, relative } from '../row.ts'
import {
  ArmEnergy,
  freeArm,
  freePhysics,
  JOINT_STEPS,
  type JointStep,
  playJoints,
  stepTarget,
} from '../scenes/joints.ts'
import { pendulum } from '../scenes/pendulum.ts'
import { nominalPhysics } from '../scenes/table-world.ts'
import { CLOSED_FORM, type FidelitySetup, MUJOCO } from '../setup.ts'

const DEGREE = Math.PI / 180
const SWING_S = 10
const FREE_S = 2
const STEP_S = 1.5
const SAG_S = 4

/** Where a pendulum on axis y hangs. */
const HANGING = Math.PI / 2

/** A pendulum without servo: period, and what its swing loses. */
export async function freePendulum(setup: FidelitySetup): Promise<Finding[]> {
  const arm = { ...freeArm(pendulum()), armatureKgM2: new Float64Array(1) }
  const [massKg, lengthM] = [arm.massKg[0]!, arm.comM[0]!]
  const body: PendulumBody = {
    massKg,
    lengthM,
    inertiaKgM2: arm.inertiaKgM2[1]! + massKg * lengthM ** 2,
  }
  const findings: Finding[] = []
  for (const amplitude of [10 * DEGREE, 80 * DEGREE]) {
    const swing = await setup.inRapier({ arm, objects: ['cylinder'], count: 1 }, (engine) => {
      const angles: number[] = []
      const start = [HANGING - amplitude]
      playJoints(engine, freePhysics(arm), start, start, SWING_S, ({ q }) => {
        angles.push(q[0]! - HANGING)
      })
      return swingOf(angles, engine.timestepS)
    })
    const expected = pendulumPeriodS(body, amplitude)
    const text = `${(amplitude / DEGREE).toFixed(0)}°`
    findings.push({
      what: `period of a pendulum that swings by ${text}`,
      against: CLOSED_FORM,
      unit: 's',
      measured: swing.periodS,
      expected,
      error: relative(swing.periodS, expected),
      errorUnit: 'share',
      bar: 0.005,
    })
    // Height of the turning points, which is all of the energy.
    const energy = (1 - Math.cos(swing.lastRad)) / (1 - Math.cos(amplitude))
    findings.push({
      what: `its energy after ${SWING_S} s, of that at the start`,
      against: CLOSED_FORM,
      unit: 'share',
      measured: energy,
      expected: 1,
      error: Math.abs(energy - 1),
      errorUnit: 'share',
      bar: 0.01,
    })
  }
  return findings
}

/** Period from upward passages, and the last amplitude. */
function swingOf(angles: readonly number[], stepS: number): { periodS: number; lastRad: number } {
  const passages: number[] = []
  for (let k = 1; k < angles.length; k++) {
    const [before, now] = [angles[k - 1]!, angles[k]!]
    if (before < 0 && now >= 0) passages.push(stepS * (k - now / (now - before)))
  }
  const periodS = (passages.at(-1)! - passages[0]!) / (passages.length - 1)
  const last = angles.slice(-Math.ceil(periodS / stepS))
  return { periodS, lastRad: parabolaTop(last) }
}

/** Greatest value of a smooth series, between its samples. */
function parabolaTop(values: readonly number[]): number {
  const k = Math.min(values.length - 2, Math.max(1, values.indexOf(Math.max(...values))))
  const [a, b, c] = [values[k - 1]!, values[k]!, values[k + 1]!]
  const bend = a - 2 * b + c
  return bend === 0 ? b : b - (a - c) ** 2 / (8 * bend)
}

/** Whole arms let go without servo: kinetic and potential energy together stay what they are. */
export async function freeArms(setup: FidelitySetup): Promise<Finding[]> {
  return eachArm(setup, async (model, step) => {
    const arm = freeArm(model)
    const energy = new ArmEnergy(arm)
    return setup.inRapier({ arm, objects: ['cylinder'], count: 1 }, (engine) => {
      const begin = energy.potentialJ(Float64Array.from(step.pose))
      let fastest = 0
      let worst = 0
      let end = begin
      playJoints(engine, freePhysics(arm), step.pose, step.pose, FREE_S, (state) => {
        const kinetic = energy.kineticJ(state)
        end = kinetic + energy.potentialJ(state.q)
        fastest = Math.max(fastest, kinetic)
        worst = Math.max(worst, Math.abs(end - begin))
      })
      return {
        what: `${name(model)} let go, servos without friction: gain of energy in ${FREE_S} s, in shares of the most in motion`,
        against: CLOSED_FORM,
        unit: 'share',
        measured: (end - begin) / fastest,
        expected: 0,
        error: worst / fastest,
        errorUnit: 'share',
        bar: 0.05,
        cause: 'with nothing that brakes them its joints reach several times their greatest speed',
      }
    })
  })
}

/** All joints take a step at once. */
export function stepResponse(setup: FidelitySetup): Promise<Finding[]> {
  return compareSteps(setup, TIMESTEP_S, 0.25 * DEGREE)
}

/** The same in the coarse profile. */
export function coarseStepResponse(setup: FidelitySetup): Promise<Finding[]> {
  return compareSteps(setup, COARSE_STEP_S, 1 * DEGREE)
}

function compareSteps(setup: FidelitySetup, stepS: number, bar: number): Promise<Finding[]> {
  return eachArm(setup, async (arm, step) => {
    const target = stepTarget(step)
    const { rapier, mujoco } = await setup.inBoth(
      { arm, objects: ['cylinder'], count: 1 },
      (engine) => {
        const angles: Float64Array[] = []
        playJoints(engine, nominalPhysics(arm), step.pose, target, STEP_S, ({ q }) => {
          angles.push(Float64Array.from(q))
        })
        return angles
      },
      stepS,
    )
    const errors = Array.from(target, (_, joint) =>
      rms(rapier.map((q, k) => q[joint]! - mujoco[k]![joint]!)),
    )
    const worst = errors.indexOf(Math.max(...errors))
    const way = (angles: readonly Float64Array[]) => angles.at(-1)![worst]! - step.pose[worst]!
    return {
      what: `${name(arm)}, all joints step by ${(step.stepRad / DEGREE).toFixed(0)}°, ${1e3 * stepS} ms: ${arm.jointNames[worst]}, RMS over ${STEP_S} s`,
      against: MUJOCO,
      unit: 'rad',
      measured: way(rapier),
      expected: way(mujoco),
      error: errors[worst]!,
      errorUnit: 'rad',
      bar,
    }
  })
}

const PAYLOADS_KG: Readonly<Record<string, number>> = { so101: 0.2, panda: 0.5 }

/** How far a payload on the last link bends the arm. */
export async function loadedSag(setup: FidelitySetup): Promise<Finding[]> {
  return eachArm(setup, async (arm) => {
    const payloadKg = PAYLOADS_KG[arm.name]!
    const physics = nominalPhysics(arm)
    const last = arm.tool.link
    physics.linkMassKg[last] = physics.linkMassKg[last]! + payloadKg
    const pose = arm.restPose
    const { rapier, mujoco } = await setup.inBoth(
      { arm, objects: ['cylinder'], count: 1 },
      (engine) => playJoints(engine, physics, pose, pose, SAG_S),
    )
    const sags = Array.from(mujoco, (q, joint) => Math.abs(q - pose[joint]!))
    const most = sags.indexOf(Math.max(...sags))
    return {
      what: `${name(arm)} with ${payloadKg} kg: sag of ${arm.jointNames[most]}; error of the worst joint`,
      against: MUJOCO,
      unit: 'rad',
      measured: Math.abs(rapier[most]! - pose[most]!),
      expected: sags[most]!,
      error: Math.max(...rapier.map((q, joint) => Math.abs(q - mujoco[joint]!))),
      errorUnit: 'rad',
      bar: 0.05 * DEGREE,
    }
  })
}

function eachArm(
  { so101, panda }: FidelitySetup,
  find: (arm: ArmModel, step: JointStep) => Promise<Finding>,
): Promise<Finding[]> {
  return Promise.all([find(so101, JOINT_STEPS.so101), find(panda, JOINT_STEPS.panda)])
}

function name({ name }: ArmModel): string {
  return name === 'so101' ? 'SO-101' : 'Panda'
}
