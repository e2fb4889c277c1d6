import type { TaskEnv } from '../../sim/world/task-env.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { toVector3 } from '../viewer/frame-values.ts'
import type { RunScene } from '../viewer/frames.ts'
import { runScene } from '../viewer/run-scene.ts'
import { worldState } from '../viewer/sample-frames.ts'
import { numberRow, type RosPose, rosPose, stampOf, uprightPose } from './ros-values.ts'
import type { RecordedMessage } from './topics.ts'

/** Numbers of an object's pose: position and quaternion. */
const POSE_SIZE = 7

/** An episode as it was filmed: what a recording of it holds. Time begins at 0. */
export interface FilmedEpisode {
  readonly scene: RunScene
  readonly messages: readonly RecordedMessage[]
}

/** Keeps one batch of simulated episodes, step by step, so that any arm's can be recorded once it is known how it ended. */
export class EpisodeFilm {
  readonly #actor: TaskActor
  readonly #env: TaskEnv
  readonly #numJoints: number
  readonly #numObjects: number
  /** Of an arm in a step: joints, their set-points, objects, action. */
  readonly #rowSize: number
  readonly #rows: Float64Array

  constructor(actor: TaskActor, env: TaskEnv) {
    this.#actor = actor
    this.#env = env
    this.#numJoints = actor.model.numJoints
    this.#numObjects = actor.onArm.objects.length
    this.#rowSize = 2 * this.#numJoints + POSE_SIZE * this.#numObjects + env.actionSize
    this.#rows = new Float64Array((env.episodeSteps + 1) * env.numEnvs * this.#rowSize)
  }

  /** Keeps all arms as they are after `step` steps. */
  keep(step: number): void {
    for (let k = 0; k < this.#env.numEnvs; k++) {
      const row = this.#row(step, k)
      const { target, controller } = this.#env.arms[k]!
      const { q, objects } = this.#env.stateOf(k)
      row.set(q)
      row.set(target, this.#numJoints)
      let at = 2 * this.#numJoints
      for (const { position, quaternion } of objects) {
        row.set(position, at)
        row.set(quaternion, at + 3)
        at += POSE_SIZE
      }
      row.set(controller.previousAction, at)
    }
  }

  /** The episode of one arm, from its beginning to its last step. @param episode - its number */
  episodeOf(index: number, episode: number): FilmedEpisode {
    const { objects, table } = this.#env.arms[index]!.physics
    const { heightM, tiltXRad, tiltYRad } = table
    const world = {
      objects: objects.map(({ shape: { kind, halfSizeM } }) => {
        return { kind, halfSizeM: toVector3(halfSizeM) }
      }),
      table: { heightM, tiltXRad, tiltYRad },
    }
    const scene = runScene(this.#actor, `a simulation, ${this.#actor.name} acting`)
    const { episodeSteps } = this.#env
    const messages = [this.#goal(index)]
    for (let step = 0; step <= episodeSteps; step++) messages.push(...this.#messages(step, index))
    messages.push(this.#verdict(episode, index))
    return { scene: { ...scene, world }, messages }
  }

  /** How the task judges it. */
  #verdict(episode: number, index: number): RecordedMessage {
    const { distanceM: finalDistanceM, isMet } = this.#env.tasks[index]!.outcome
    const isSuccess = this.#env.isSuccess[index] === 1
    const data = JSON.stringify({ episode, finalDistanceM, isMet, isSuccess })
    const epochS = this.#env.episodeSteps / this.#actor.onArm.control.policyRateHz
    return { topic: '/episode', epochS, message: { data } }
  }

  #goal(index: number): RecordedMessage {
    const { x, y, z = 0, yawRad = 0 } = worldState(this.#actor, this.#env, index).goal
    const pose = uprightPose(x, y, z, yawRad)
    return { topic: '/goal/pose', epochS: 0, message: { header: headerAt(0), pose } }
  }

  #messages(step: number, index: number): RecordedMessage[] {
    const epochS = step / this.#actor.onArm.control.policyRateHz
    const header = headerAt(epochS)
    const name = [...this.#actor.model.jointNames]
    const joints = (position: Float64Array) => ({
      ...{ header, name, position, velocity: [], effort: [] },
    })
    const row = this.#row(step, index)
    const n = this.#numJoints
    const objectsAt = 2 * n
    const actionAt = objectsAt + POSE_SIZE * this.#numObjects
    const poses = Array.from({ length: this.#numObjects }, (_, k) =>
      poseOf(row.subarray(objectsAt + POSE_SIZE * k, objectsAt + POSE_SIZE * (k + 1))),
    )
    return [
      { topic: '/policy/action', epochS, message: numberRow('action', row.subarray(actionAt)) },
      { topic: '/object/poses', epochS, message: { header, poses } },
      { topic: '/joint_states', epochS, message: joints(row.subarray(0, n)) },
      { topic: '/joint_commands', epochS, message: joints(row.subarray(n, objectsAt)) },
    ]
  }

  #row(step: number, index: number): Float64Array {
    const begin = (step * this.#env.numEnvs + index) * this.#rowSize
    return this.#rows.subarray(begin, begin + this.#rowSize)
  }
}

const headerAt = (timeS: number) => ({ stamp: stampOf(timeS), frame_id: '' })

function poseOf(numbers: Float64Array): RosPose {
  return rosPose(numbers.subarray(0, 3), numbers.subarray(3))
}
