/** What the pages of training runs ask their server. */
import type { Evaluated } from './run-log.ts'

/** What is trained. */
export interface TrainingRun {
  readonly name: string
  /** In words: task, arm, randomization, algorithm; empty where the run does not say. */
  readonly about: string
  /** Wall time after which it ends [s]; null where nothing says so. */
  readonly limitS: number | null
}

/** `run.json`. */
export interface RunAnswer extends TrainingRun {
  /** Whether there is a policy to look at, the best so far. */
  readonly hasPolicy: boolean
  /** File names of its checkpoints, the newest first, then the best. */
  readonly checkpoints: readonly string[]
  /** Of the training that serves this page; null where it is another process, or over. */
  readonly live: LiveTraining | null
}

export interface LiveTraining {
  /** Whether orders take a token. */
  readonly needsToken: boolean
  readonly isHeld: boolean
}

/** `metrics.json?file=…&from=…`: lines of the run's log that came since. */
export interface MetricsPart {
  /** Names the file: another one was written anew, from its beginning. */
  readonly file: string
  /** Bytes of it that were read before and that are read now. */
  readonly from: number
  readonly next: number
  /** Whole lines. */
  readonly text: string
  /** Since the last line was written [s]; null where there is none. */
  readonly ageS: number | null
}

/** `runs.json`: a folder of runs, and the training that was started from its page. */
export interface RunsAnswer {
  readonly folder: string
  readonly runs: readonly RunSummary[]
  /** Names of the configs that a training may be started with. */
  readonly configs: readonly string[]
  /** Whether who asks may start one. */
  readonly mayStart: boolean
  readonly live: StartedRun | null
  /** The one before, where it failed: why. */
  readonly failure: string | null
}

export interface RunSummary extends Pick<TrainingRun, 'name' | 'about'> {
  /** Environment steps and time trained [s]; null before the first update. */
  readonly steps: number | null
  readonly wallS: number | null
  /** The last evaluation; null before the first. */
  readonly evaluated: Evaluated | null
  /** Since something was written into its log [s]; null where there is none. */
  readonly ageS: number | null
  /** Whether a process of this machine trains it now, whoever started that. */
  readonly isRunning: boolean
  /** Whether it has a checkpoint to go on from, and nobody does. */
  readonly canResume: boolean
}

/** A training under way; it serves pages of its own. */
export interface StartedRun {
  readonly name: string
  /** Of these pages; null until they can be opened. */
  readonly port: number | null
  /** For the address of its curves: the token, where who asks may give it orders. */
  readonly hash: string
}
