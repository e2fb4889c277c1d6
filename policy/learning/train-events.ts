import type { UpdateFigures } from '../algorithms/algorithm.ts'

/** What training reports while it runs. */
export type TrainEvent =
  | UpdateEvent
  | EvaluationEvent
  | CheckpointEvent
  | SkippedEvent
  | WarningEvent

export interface UpdateEvent {
  readonly kind: 'update'
  readonly iteration: number
  /** Environment steps so far, over all arms. */
  readonly steps: number
  /** Wall time so far, earlier sessions included. */
  readonly wallS: number
  readonly stepsPerS: number
  /** Share of this rollout's episodes that ended within the threshold. */
  readonly success: number
  readonly runningSuccess: number
  readonly meanDistanceM: number
  /** Mean sum of rewards per episode. */
  readonly meanReturn: number
  /** Width of randomization of this rollout. */
  readonly width: number
  /** Values of a diverged simulation that were replaced by 0. */
  readonly numNonFinite: number
  readonly figures: UpdateFigures
  /** Where the bounds of automatic domain randomization stand, if it is chosen. */
  readonly bounds?: readonly ParameterBounds[]
  readonly times: UpdateTimes
}

/** How far the range of a randomized parameter reaches to either side, 1 for as far as its rule, 0 nominal. */
export interface ParameterBounds {
  readonly name: string
  readonly low: number
  readonly high: number
}

/** Where an iteration's wall time went. */
export interface UpdateTimes {
  readonly collectS: number
  /** Of it, in the slowest worker. */
  readonly simulateS: number
  readonly inferS: number
  readonly learnS: number
  /** Of the last, the wait for gradient workers. */
  readonly gradientWaitS: number
}

export interface EvaluationEvent {
  readonly kind: 'evaluation'
  readonly iteration: number
  readonly steps: number
  readonly wallS: number
  readonly episodes: number
  readonly success: number
  /** As in `BestResult`. */
  readonly meanDistanceM: number | null
  readonly isBest: boolean
}

export interface CheckpointEvent {
  readonly kind: 'checkpoint'
  readonly iteration: number
  readonly path: string
}

/** An update that left values behind that are not finite and was taken back. */
export interface SkippedEvent {
  readonly kind: 'skipped'
  readonly iteration: number
  readonly reason: string
  /** What went into it. */
  readonly path: string
}

export interface WarningEvent {
  readonly kind: 'warning'
  readonly iteration: number
  readonly message: string
  readonly hint: string
}

export type StopReason = 'minutes' | 'until' | 'interrupted'
