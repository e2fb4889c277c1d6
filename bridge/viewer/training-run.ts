/** What the page of a training run asks its server. */

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
