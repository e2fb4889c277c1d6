import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { ObjectKind } from '../scene/object.ts'
import {
  type ArmState,
  type ArmWorld,
  checkSize,
  createArmState,
  type Disturbance,
  type Engine,
  type Physics,
  type Start,
} from './engine.ts'
import { MujocoArm } from './mujoco-arm.ts'
import { loadMujoco, type MujocoModule } from './mujoco-scene.ts'
import { checkLayout, type Snapshot } from './snapshot.ts'

export interface MujocoEngineOptions {
  readonly arm: ArmModel
  /** What lies on each table. */
  readonly objects: readonly ObjectKind[]
  readonly count: number
  /** One `step()`, default 2 ms. */
  readonly timestepS?: number
  /** Steps of MuJoCo within one `step()`, default as many as keep them at 2 ms or below. */
  readonly substeps?: number
  /** WebAssembly module to share, default one of its own. */
  readonly module?: MujocoModule
}

const LONGEST_STEP_S = 0.002

/**
 * The second physics: MuJoCo integrates joints and contacts, one model for each arm.
 *
 * A reset compiles the scene anew (1.4 ms), so it depends on nothing that went before and repeats to
 * the bit. Backlash is a dead zone on the error of the position servo; load-dependent friction
 * follows the actuator's torque one MuJoCo step late. An arm whose simulation blows up keeps a state of
 * NaN until it is reset.
 */
export async function createMujocoEngine(options: MujocoEngineOptions): Promise<Engine> {
  checkSize(options.count, options.timestepS ?? LONGEST_STEP_S)
  const module = options.module ?? (await loadMujoco())
  return new MujocoEngine(module, options)
}

interface MujocoSnapshot extends Snapshot {
  /** Undefined where an arm was never reset. */
  readonly arms: readonly (ReturnType<MujocoArm['save']> | undefined)[]
}

class MujocoEngine implements Engine {
  readonly kind = 'mujoco'
  readonly count: number
  readonly timestepS: number
  readonly worlds: readonly ArmWorld[]
  readonly #module: MujocoModule
  readonly #arm: ArmModel
  readonly #substeps: number
  readonly #arms: (MujocoArm | undefined)[]
  readonly #states: readonly ArmState[]
  readonly #layout: string

  constructor(module: MujocoModule, options: MujocoEngineOptions) {
    this.#module = module
    this.#arm = options.arm
    this.count = options.count
    this.worlds = [{ first: 0, count: options.count, step: () => this.step() }]
    this.timestepS = options.timestepS ?? LONGEST_STEP_S
    this.#substeps = options.substeps ?? Math.ceil(this.timestepS / LONGEST_STEP_S - 1e-9)
    this.#arms = Array.from({ length: options.count })
    this.#states = this.#arms.map(() =>
      createArmState(options.arm.numJoints, options.objects.length),
    )
    const { arm, objects, count } = options
    const settings = `${this.timestepS} s in ${this.#substeps}`
    this.#layout = `${count} ${arm.name} with ${objects.join(', ')} in MuJoCo, ${settings}`
  }

  reset(index: number, physics: Physics, start: Start): void {
    this.#arms[index]?.dispose()
    this.#arms[index] = undefined
    const timestepS = this.timestepS / this.#substeps
    const state = this.state(index)
    this.#arms[index] = new MujocoArm(this.#module, this.#arm, timestepS, { physics, start, state })
  }

  setTarget(index: number, target: Float64Array): void {
    this.#at(index).target.set(target)
  }

  disturb(index: number, disturbance: Disturbance): void {
    this.#at(index).disturb(disturbance)
  }

  step(): void {
    for (let index = 0; index < this.count; index++) this.#at(index).step(this.#substeps)
  }

  state(index: number): ArmState {
    return this.#states[index]!
  }

  snapshot(): MujocoSnapshot {
    return { layout: this.#layout, arms: this.#arms.map((arm) => arm?.save()) }
  }

  restore(snapshot: Snapshot): void {
    checkLayout(snapshot, this.#layout)
    const { arms } = snapshot as MujocoSnapshot
    this.dispose()
    arms.forEach((saved, index) => {
      if (saved === undefined) return
      this.reset(index, saved.begin.physics, saved.begin.start)
      this.#at(index).restore(saved)
    })
  }

  dispose(): void {
    for (const arm of this.#arms) arm?.dispose()
    this.#arms.fill(undefined)
  }

  #at(index: number): MujocoArm {
    const arm = this.#arms[index]
    if (arm === undefined) {
      throw new CodedError('SIM_ENGINE_INVALID', `arm ${index} of ${this.count} was never reset`, {
        hint: 'reset every arm before the first step',
      })
    }
    return arm
  }
}
