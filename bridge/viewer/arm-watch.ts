import type { ArmModel } from '../../robot/model/arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import type { CycleView } from '../deploy/loop-tap.ts'
import { toVector3 } from './frame-values.ts'
import type { ArmState, Intervention, Vector3 } from './frames.ts'
import { narrowedJoint } from './narrowed-joint.ts'

/** A rule that steps in again within this time is still at it [s]. */
const SAME_S = 0.5

export interface ArmWatchOptions {
  /** Of the driver, in its order. */
  readonly jointNames: readonly string[]
  /** Of the joints whose pose gives the tool's place. */
  readonly model: ArmModel
  readonly timing: () => ArmState['timing']
  /** Age of the joints that a stream tells [s]; undefined: the driver tells them all. */
  readonly streamedAgeS?: () => number | undefined
  readonly onIntervention: (intervention: Intervention) => void
}

/** Looks at every cycle of a loop: what the arm does, and when safety steps in. */
export class ArmWatch {
  readonly #options: ArmWatchOptions
  readonly #kinematics: ArmKinematics
  readonly #indices: readonly number[]
  readonly #seenS = new Map<string, number>()
  #view: CycleView | undefined

  constructor(options: ArmWatchOptions) {
    const { jointNames, model } = options
    this.#options = options
    this.#kinematics = new ArmKinematics(model)
    this.#indices = model.jointNames.map((name) => jointNames.indexOf(name))
  }

  /** @param view - the loop's own; looked at again later */
  cycle(view: CycleView): void {
    this.#view = view
    const { rule, timeS } = view
    if (rule === '') return
    const seenS = this.#seenS.get(rule) ?? Number.NEGATIVE_INFINITY
    this.#seenS.set(rule, timeS)
    if (timeS - seenS < SAME_S) return
    const joint = narrowedJoint(this.#options.jointNames, view.wanted, view.command)
    this.#options.onIntervention({ timeS, rule, joint, tip: this.tipAt(view.reading.positionRad) })
  }

  /** Copies what was seen last; undefined before the first cycle. */
  state(): ArmState | undefined {
    const view = this.#view
    if (view === undefined) return undefined
    const streamedAgeS = this.#options.streamedAgeS?.()
    const { ageS, load, positionRad, temperatureC, voltageV } = view.reading
    return {
      q: Array.from(positionRad),
      wantedQ: Array.from(view.wanted),
      sentQ: Array.from(view.command),
      load: Array.from(load),
      voltageV: Array.from(voltageV),
      temperatureC: Array.from(temperatureC),
      ageS: Array.from(ageS),
      ...(streamedAgeS !== undefined && { streamedAgeS }),
      isInHand: view.isInHand,
      timing: this.#options.timing(),
    }
  }

  /** The model's joints out of the driver's. */
  pick(all: ArrayLike<number>): number[] {
    return this.#indices.map((index) => all[index]!)
  }

  tipAt(all: Float64Array): Vector3 {
    this.#kinematics.forward(Float64Array.from(this.pick(all)))
    return toVector3(this.#kinematics.tip)
  }
}
