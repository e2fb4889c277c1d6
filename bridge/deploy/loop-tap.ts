import type { ArmReading } from '../../robot/bus/arm-driver.ts'
import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import type { ArmPort } from './arm-port.ts'
import type { EpisodeResult } from './episode-judge.ts'
import type { Acting } from './hand-over.ts'
import type { Pace } from './pace.ts'

/** Sees what the loop does; must not block. Arrays are the loop's own: copy what is kept. */
export interface LoopTap {
  cycle?(view: CycleView): void
  policyStep(view: LoopView): void
  episode(result: EpisodeResult): void
}

/** One set-point cycle. */
export interface CycleView {
  timeS: number
  readonly reading: ArmReading
  /** What went to the driver [numJoints of the driver], [rad]. */
  readonly command: Float64Array
  /** What the safety filter was given [numJoints of the driver], [rad]. */
  readonly wanted: Float64Array
  rule: string
  /** Whether a person moves the arm instead of the policy. */
  isInHand: boolean
  /** How late the loop woke for this cycle [s]. */
  readonly latenessS: number
  /** How long its stages took; see `CycleStages`. */
  readonly stagesS: Float64Array
}

/** Of a loop's port and pace, live; time, rule and hand are its loop's to set. */
export function createCycleView(
  { reading, sentCommand, wantedCommand }: ArmPort,
  pace: Pace,
): CycleView {
  return {
    ...{
      timeS: 0,
      reading,
      command: sentCommand,
      wanted: wantedCommand,
      rule: '',
      isInHand: false,
    },
    get latenessS() {
      return pace.latenessS
    },
    stagesS: pace.stages.seconds,
  }
}

/** One policy step. */
export interface LoopView {
  timeS: number
  readonly measuredQ: Float64Array
  readonly command: Float64Array
  readonly tip: Float64Array
  readonly commandedTip: Float64Array
  /** As the policy sees them, in its order. */
  readonly objects: readonly ObjectMeasurement[]
  readonly goal: Float64Array
  readonly observation: Float32Array
  readonly action: Float32Array
  /** Whose action it is; undefined where nobody but the policy can act. */
  acting?: Acting | undefined
  readonly state: Float32Array
  rule: string
}

/** Shows the same to all of them, in order. */
export function combineTaps(taps: readonly LoopTap[]): LoopTap {
  return {
    cycle(view) {
      for (const tap of taps) tap.cycle?.(view)
    },
    policyStep(view) {
      for (const tap of taps) tap.policyStep(view)
    },
    episode(result) {
      for (const tap of taps) tap.episode(result)
    },
  }
}
