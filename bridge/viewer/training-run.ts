/** What the page of a training run asks its server. */

/** `run.json`: what is trained. */
export interface TrainingRun {
  readonly name: string
  /** In words: task, arm, randomization, algorithm; empty where the run does not say. */
  readonly about: string
  /** Wall time after which it ends [s]; null where nothing says so. */
  readonly limitS: number | null
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
