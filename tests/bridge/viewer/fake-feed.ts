import type {
  ArmFacts,
  ArmState,
  RunEpisode,
  RunScene,
  RunState,
} from '../../../bridge/viewer/frames.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { createToolIk } from '../../../robot/model/tool-ik.ts'

export const EPISODE_S = 8
const APPROACH_S = 2
const PUSH_END_S = 6
const RADIUS_M = 0.03
const THRESHOLD_M = 0.05
const HALF_HEIGHT_M = 0.018
const HOME_M = [0.2, 0, 0.07] as const
const CONTACT_M = RADIUS_M + 0.012

export function fakeScene(arm: ArmDescription): RunScene {
  return {
    shows: 'run',
    title: 'SO-101 pushes a puck to a goal',
    source: 'emulated arm over serial',
    arm,
    joints: compileArm(arm).jointNames,
    world: {
      objects: [{ kind: 'cylinder', halfSizeM: [RADIUS_M, RADIUS_M, HALF_HEIGHT_M] }],
      table: { heightM: 0, tiltXRad: 0, tiltYRad: 0 },
    },
    thresholdM: THRESHOLD_M,
    actor: 'policy',
    baselines: [
      { name: 'scripted', rate: 0.61, episodes: 500 },
      { name: 'random', rate: 0.04, episodes: 500 },
      { name: 'still', rate: 0, episodes: 500 },
    ],
  }
}

/** Joints between their limits, the second of them near its end. */
export function fakeArmFacts(arm: ArmDescription): ArmFacts {
  const { jointNames } = compileArm(arm)
  return {
    joints: arm.joints
      .filter(({ servo }) => servo !== undefined)
      .map(({ limits, name }) => ({
        name,
        lower: limits.lower,
        upper: limits.upper,
        jogIndex: jointNames.includes(name) ? jointNames.indexOf(name) : null,
      })),
    supplyV: [4.5, 13],
    maxTemperatureC: 65,
    sensor: {
      source: 'rosbridge://127.0.0.1:9090/object/pose',
      about: 'webcam-tag: a webcam over the table',
      places: [{ name: 'sheet', position: [0.25, 0, 0], quaternion: [0, 0, 0, 1] }],
    },
  }
}

/** The arm of a state: what safety let through of the second joint's target is less than what was wanted. */
export function fakeArmState(facts: ArmFacts, { q, timeS }: RunState): ArmState {
  const all = facts.joints.map(({ jogIndex }) => (jogIndex === null ? 0.1 : (q[jogIndex] ?? 0)))
  const each = (value: (k: number) => number) => all.map((_q, k) => value(k))
  return {
    q: all,
    wantedQ: each((k) => all[k]! + (k === 1 ? 0.2 : 0.02)),
    sentQ: each((k) => all[k]! + 0.02),
    load: each((k) => 0.1 * k + 0.05 * Math.sin(timeS)),
    voltageV: each((k) => 11.9 - 0.1 * k),
    temperatureC: each((k) => (k === 2 ? 61 : 30 + k)),
    ageS: each(() => 0),
    isInHand: false,
    timing: { p99S: 0.0004, missed: 3 },
  }
}

export interface FakeRun {
  /** The state at a time since the start of the run [s]; times must not run backwards. */
  stateAt(timeS: number): RunState
  /** How an episode ended. */
  episode(number: number): RunEpisode
}

/** An arm that pushes a puck along a straight line to a goal, episode after episode: smooth, not physical. */
export function createFakeRun(arm: ArmDescription, seed = 1): FakeRun {
  const model = compileArm(arm)
  const ik = createToolIk(model, { iterations: 8 })
  const commandQ = Float64Array.from(model.restPose)
  const q = Float64Array.from(model.restPose)
  return {
    stateAt(timeS) {
      const path = pathOf(Math.floor(timeS / EPISODE_S), seed)
      const { commandedTip, object } = placesAt(path, timeS % EPISODE_S)
      const [x, y, z] = commandedTip
      ik.solve({ x, y, z }, 0, commandQ)
      for (let i = 0; i < q.length; i++) q[i] = q[i]! + 0.35 * (commandQ[i]! - q[i]!)
      return {
        timeS,
        q: [...q],
        commandQ: [...commandQ],
        tip: [x - 0.004, y, z],
        commandedTip,
        objects: [{ position: [object.x, object.y, HALF_HEIGHT_M], quaternion: object.quaternion }],
        objectAgeS: 0.07 + 0.015 * Math.sin(9 * timeS),
        goal: { x: path.goal[0], y: path.goal[1] },
        isReached: Math.hypot(object.x - path.goal[0], object.y - path.goal[1]) < THRESHOLD_M,
        action: [0, 0, 0],
        rule: Math.sin(timeS) > 0.97 ? 'jointMotion' : '',
        interventions: { jointMotion: Math.floor(timeS / 5), toolWorkspace: 0 },
        stateNorm: 6 + Math.sin(timeS),
        loop: { rateHz: 100 + 0.2 * Math.sin(3 * timeS), jitterS: 0.0006 },
      }
    },
    episode(number) {
      const { missM } = pathOf(number, seed)
      return { episode: number, finalDistanceM: missM, isSuccess: missM < THRESHOLD_M }
    },
  }
}

type Place = readonly [number, number]

interface PushPath {
  readonly start: Place
  readonly goal: Place
  /** From the goal back to the start, unit. */
  readonly back: Place
  readonly missM: number
}

function pathOf(episode: number, seed: number): PushPath {
  const random = new RandomStream(seed, episode)
  const goal: Place = [random.between(0.24, 0.3), random.between(-0.12, 0.12)]
  const angle = random.between(-0.7, 0.7)
  const back: Place = [-Math.cos(angle), Math.sin(angle)]
  const start: Place = [goal[0] + 0.12 * back[0], goal[1] + 0.12 * back[1]]
  return { start, goal, back, missM: random.between(0.002, 0.06) }
}

function placesAt({ start, goal, back, missM }: PushPath, timeS: number) {
  const share = smooth((timeS - APPROACH_S) / (PUSH_END_S - APPROACH_S))
  const end: Place = [goal[0] + missM * back[0], goal[1] + missM * back[1]]
  const x = start[0] + share * (end[0] - start[0])
  const y = start[1] + share * (end[1] - start[1])
  const home =
    1 - smooth(timeS / APPROACH_S) + smooth((timeS - PUSH_END_S) / (EPISODE_S - PUSH_END_S))
  const tip = [
    x + CONTACT_M * back[0] + home * (HOME_M[0] - x - CONTACT_M * back[0]),
    y + CONTACT_M * back[1] + home * (HOME_M[1] - y - CONTACT_M * back[1]),
    0.018 + home * (HOME_M[2] - 0.018),
  ] as const
  const turn = 1.2 * share
  const quaternion = [0, 0, Math.sin(turn / 2), Math.cos(turn / 2)] as const
  return { commandedTip: tip, object: { x, y, quaternion } }
}

function smooth(share: number): number {
  const s = Math.min(1, Math.max(0, share))
  return s * s * (3 - 2 * s)
}
